#include "textflag.h"

// ROW16 adds the number at a times a row of b (Y12, Y13) to a row of c.
#define ROW16(a, c0, c1) \
	VBROADCASTSS a, Y14 \
	VFMADD231PS  Y12, Y14, c0 \
	VFMADD231PS  Y13, Y14, c1

// ROW32 does the same with a row of b in Z16 and Z17.
#define ROW32(a, number, c0, c1) \
	VBROADCASTSS a, number \
	VFMADD231PS  Z16, number, c0 \
	VFMADD231PS  Z17, number, c1

// TILE6 moves 6 rows of 16 columns of c; TILE8 8 rows of 32 columns.
#define LOAD(from, reg) VMOVUPS from, reg
#define STORE(to, reg) VMOVUPS reg, to

#define TILE6(move) \
	move((DX), Y0) \
	move(32(DX), Y1) \
	move((DX)(R11*1), Y2) \
	move(32(DX)(R11*1), Y3) \
	move((DX)(R11*2), Y4) \
	move(32(DX)(R11*2), Y5) \
	move((R13), Y6) \
	move(32(R13), Y7) \
	move((R13)(R11*1), Y8) \
	move(32(R13)(R11*1), Y9) \
	move((R13)(R11*2), Y10) \
	move(32(R13)(R11*2), Y11)

#define TILE8(move) \
	move((DX), Z0) \
	move(64(DX), Z1) \
	move((DX)(R11*1), Z2) \
	move(64(DX)(R11*1), Z3) \
	move((DX)(R11*2), Z4) \
	move(64(DX)(R11*2), Z5) \
	move((BX), Z6) \
	move(64(BX), Z7) \
	move((BX)(R11*1), Z8) \
	move(64(BX)(R11*1), Z9) \
	move((BX)(R11*2), Z10) \
	move(64(BX)(R11*2), Z11) \
	move((AX), Z12) \
	move(64(AX), Z13) \
	move((AX)(R11*1), Z14) \
	move(64(AX)(R11*1), Z15)

// ELEMENTS opens a loop over n floats, eight at a time, of out (DI), x (SI) and
// y (DX); n is a multiple of 8. NEXT closes it.
#define ELEMENTS(next, done) \
	MOVQ n+0(FP), CX \
	MOVQ out+8(FP), DI \
	MOVQ x+16(FP), SI \
	MOVQ y+24(FP), DX \
	SHRQ $3, CX \
	JZ   done \
next: \
	VMOVUPS (SI), Y0

#define NEXT(next, done) \
	VMOVUPS Y0, (DI) \
	ADDQ    $32, SI \
	ADDQ    $32, DX \
	ADDQ    $32, DI \
	DECQ    CX \
	JNZ     next \
done: \
	VZEROUPPER \
	RET

// func gemm6x16(k int, a *float32, aRow, aStep int, b *float32, bRow int, c *float32, cRow int)
//
// Adds a (6 x k) times b (k x 16) to c (6 x 16). Strides are bytes: aRow from
// row to row of a, aStep from column to column, bRow and cRow from row to row.
TEXT ·gemm6x16(SB), NOSPLIT, $0-64
	MOVQ k+0(FP), CX
	MOVQ a+8(FP), SI
	MOVQ aRow+16(FP), R8
	MOVQ aStep+24(FP), R9
	MOVQ b+32(FP), DI
	MOVQ bRow+40(FP), R10
	MOVQ c+48(FP), DX
	MOVQ cRow+56(FP), R11

	LEAQ (R8)(R8*2), R12
	ADDQ SI, R12             // row 3 of a
	LEAQ (R11)(R11*2), R13
	ADDQ DX, R13             // row 3 of c

	TILE6(LOAD)

	TESTQ CX, CX
	JZ    store6

loop6:
	VMOVUPS (DI), Y12
	VMOVUPS 32(DI), Y13
	ROW16((SI), Y0, Y1)
	ROW16((SI)(R8*1), Y2, Y3)
	ROW16((SI)(R8*2), Y4, Y5)
	ROW16((R12), Y6, Y7)
	ROW16((R12)(R8*1), Y8, Y9)
	ROW16((R12)(R8*2), Y10, Y11)
	ADDQ         R9, SI
	ADDQ         R9, R12
	ADDQ         R10, DI
	DECQ         CX
	JNZ          loop6

store6:
	TILE6(STORE)
	VZEROUPPER
	RET

// func gemm1x16(k int, a *float32, aStep int, b *float32, bRow int, c *float32)
//
// The same for one row.
TEXT ·gemm1x16(SB), NOSPLIT, $0-48
	MOVQ k+0(FP), CX
	MOVQ a+8(FP), SI
	MOVQ aStep+16(FP), R9
	MOVQ b+24(FP), DI
	MOVQ bRow+32(FP), R10
	MOVQ c+40(FP), DX

	VMOVUPS (DX), Y0
	VMOVUPS 32(DX), Y1
	TESTQ   CX, CX
	JZ      store1

loop1:
	VBROADCASTSS (SI), Y14
	VFMADD231PS  (DI), Y14, Y0
	VFMADD231PS  32(DI), Y14, Y1
	ADDQ         R9, SI
	ADDQ         R10, DI
	DECQ         CX
	JNZ          loop1

store1:
	VMOVUPS Y0, (DX)
	VMOVUPS Y1, 32(DX)
	VZEROUPPER
	RET

// func gemm8x32(k int, a *float32, aRow, aStep int, b *float32, bRow int, c *float32, cRow int)
//
// The same for 8 rows and 32 columns with AVX-512.
TEXT ·gemm8x32(SB), NOSPLIT, $0-64
	MOVQ k+0(FP), CX
	MOVQ a+8(FP), SI
	MOVQ aRow+16(FP), R8
	MOVQ aStep+24(FP), R9
	MOVQ b+32(FP), DI
	MOVQ bRow+40(FP), R10
	MOVQ c+48(FP), DX
	MOVQ cRow+56(FP), R11

	LEAQ (R8)(R8*2), AX
	LEAQ (SI)(AX*1), R12     // row 3 of a
	LEAQ (SI)(AX*2), R13     // row 6 of a
	LEAQ (R11)(R11*2), AX
	LEAQ (DX)(AX*1), BX      // row 3 of c
	LEAQ (DX)(AX*2), AX      // row 6 of c

	TILE8(LOAD)

	TESTQ CX, CX
	JZ    store8

loop8:
	VMOVUPS (DI), Z16
	VMOVUPS 64(DI), Z17
	ROW32((SI), Z18, Z0, Z1)
	ROW32((SI)(R8*1), Z19, Z2, Z3)
	ROW32((SI)(R8*2), Z20, Z4, Z5)
	ROW32((R12), Z21, Z6, Z7)
	ROW32((R12)(R8*1), Z22, Z8, Z9)
	ROW32((R12)(R8*2), Z23, Z10, Z11)
	ROW32((R13), Z24, Z12, Z13)
	ROW32((R13)(R8*1), Z25, Z14, Z15)
	ADDQ         R9, SI
	ADDQ         R9, R12
	ADDQ         R9, R13
	ADDQ         R10, DI
	DECQ         CX
	JNZ          loop8

store8:
	TILE8(STORE)
	VZEROUPPER
	RET

// func addInt8(n int, y *float32, scale float32, q *int8)
//
// Adds scale times n int8 values to y; n is a multiple of 8.
TEXT ·addInt8(SB), NOSPLIT, $0-32
	MOVQ         n+0(FP), CX
	MOVQ         y+8(FP), DI
	VBROADCASTSS scale+16(FP), Y2
	MOVQ         q+24(FP), SI
	SHRQ         $3, CX
	JZ           done

next:
	VPMOVSXBD   (SI), Y0
	VCVTDQ2PS   Y0, Y0
	VMOVUPS     (DI), Y1
	VFMADD231PS Y0, Y2, Y1
	VMOVUPS     Y1, (DI)
	ADDQ        $8, SI
	ADDQ        $32, DI
	DECQ        CX
	JNZ         next

done:
	VZEROUPPER
	RET

// func axpy(n int, alpha float32, x, y *float32)
//
// Adds alpha times x to y; n is a multiple of 8.
TEXT ·axpy(SB), NOSPLIT, $0-32
	MOVQ         n+0(FP), CX
	VBROADCASTSS alpha+8(FP), Y2
	MOVQ         x+16(FP), SI
	MOVQ         y+24(FP), DI
	SHRQ         $3, CX
	JZ           end

again:
	VMOVUPS     (DI), Y1
	VFMADD231PS (SI), Y2, Y1
	VMOVUPS     Y1, (DI)
	ADDQ        $32, SI
	ADDQ        $32, DI
	DECQ        CX
	JNZ         again

end:
	VZEROUPPER
	RET

// func sumRows24(n int, ids *int32, table, sum *float32)
//
// Adds the rows of 24 floats with the given numbers to sum.
TEXT ·sumRows24(SB), NOSPLIT, $0-32
	MOVQ    n+0(FP), CX
	MOVQ    ids+8(FP), SI
	MOVQ    table+16(FP), DI
	MOVQ    sum+24(FP), DX
	VMOVUPS (DX), Y0
	VMOVUPS 32(DX), Y1
	VMOVUPS 64(DX), Y2
	TESTQ   CX, CX
	JZ      sumdone

sumnext:
	MOVLQSX (SI), AX
	IMULQ   $96, AX
	VADDPS  (DI)(AX*1), Y0, Y0
	VADDPS  32(DI)(AX*1), Y1, Y1
	VADDPS  64(DI)(AX*1), Y2, Y2
	ADDQ    $4, SI
	DECQ    CX
	JNZ     sumnext

sumdone:
	VMOVUPS Y0, (DX)
	VMOVUPS Y1, 32(DX)
	VMOVUPS Y2, 64(DX)
	VZEROUPPER
	RET

// func addRows24(n int, ids *int32, table, x *float32)
//
// Adds x (24 floats) to the rows with the given numbers.
TEXT ·addRows24(SB), NOSPLIT, $0-32
	MOVQ    n+0(FP), CX
	MOVQ    ids+8(FP), SI
	MOVQ    table+16(FP), DI
	MOVQ    x+24(FP), DX
	VMOVUPS (DX), Y0
	VMOVUPS 32(DX), Y1
	VMOVUPS 64(DX), Y2
	TESTQ   CX, CX
	JZ      adddone

addnext:
	MOVLQSX (SI), AX
	IMULQ   $96, AX
	VADDPS  (DI)(AX*1), Y0, Y3
	VADDPS  32(DI)(AX*1), Y1, Y4
	VADDPS  64(DI)(AX*1), Y2, Y5
	VMOVUPS Y3, (DI)(AX*1)
	VMOVUPS Y4, 32(DI)(AX*1)
	VMOVUPS Y5, 64(DI)(AX*1)
	ADDQ    $4, SI
	DECQ    CX
	JNZ     addnext

adddone:
	VZEROUPPER
	RET

// func adam8(n int, w, grad, m, v *float32, rate, rest1, rest2, epsilon float32)
//
// Makes Adam's step for n weights, a multiple of 8; rest1 and rest2 are 1 -
// beta1 and 1 - beta2.
TEXT ·adam8(SB), NOSPLIT, $0-56
	MOVQ         n+0(FP), CX
	MOVQ         w+8(FP), DI
	MOVQ         grad+16(FP), SI
	MOVQ         m+24(FP), R8
	MOVQ         v+32(FP), R9
	VBROADCASTSS rate+40(FP), Y12
	VBROADCASTSS rest1+44(FP), Y13
	VBROADCASTSS rest2+48(FP), Y14
	VBROADCASTSS epsilon+52(FP), Y15
	SHRQ         $3, CX
	JZ           adamdone

adamnext:
	VMOVUPS     (SI), Y0
	VMOVUPS     (R8), Y1
	VMOVUPS     (R9), Y2
	VSUBPS      Y1, Y0, Y3
	VFMADD231PS Y3, Y13, Y1
	VMOVUPS     Y1, (R8)
	VMULPS      Y0, Y0, Y3
	VSUBPS      Y2, Y3, Y3
	VFMADD231PS Y3, Y14, Y2
	VMOVUPS     Y2, (R9)
	VSQRTPS     Y2, Y3
	VADDPS      Y15, Y3, Y3
	VMULPS      Y1, Y12, Y1
	VDIVPS      Y3, Y1, Y1
	VMOVUPS     (DI), Y4
	VSUBPS      Y1, Y4, Y4
	VMOVUPS     Y4, (DI)
	ADDQ        $32, SI
	ADDQ        $32, DI
	ADDQ        $32, R8
	ADDQ        $32, R9
	DECQ        CX
	JNZ         adamnext

adamdone:
	VZEROUPPER
	RET

// func times8(n int, out, x, y *float32)
//
// out = x * y
TEXT ·times8(SB), NOSPLIT, $0-32
	ELEMENTS(timesnext, timesdone)
	VMULPS (DX), Y0, Y0
	NEXT(timesnext, timesdone)

// func addTimes8(n int, out, x, y *float32)
//
// out += x * y
TEXT ·addTimes8(SB), NOSPLIT, $0-32
	ELEMENTS(addtimesnext, addtimesdone)
	VMOVUPS     (DX), Y1
	VFMADD213PS (DI), Y1, Y0
	NEXT(addtimesnext, addtimesdone)

// func reluAdd8(n int, out, x, y *float32)
//
// out = x + max(y, 0)
TEXT ·reluAdd8(SB), NOSPLIT, $0-32
	VXORPS Y2, Y2, Y2
	ELEMENTS(relunext, reludone)
	VMAXPS (DX), Y2, Y1
	VADDPS Y1, Y0, Y0
	NEXT(relunext, reludone)

// func reluBack8(n int, out, x, y *float32)
//
// out = x where y > 0, else 0
TEXT ·reluBack8(SB), NOSPLIT, $0-32
	VXORPS Y2, Y2, Y2
	ELEMENTS(backnext, backdone)
	VMOVUPS (DX), Y3
	VCMPPS  $0x1e, Y2, Y3, Y1 // y > 0
	VANDPS  Y1, Y0, Y0
	NEXT(backnext, backdone)

// func mask8(n int, out *float32, random *byte, limit int32, keep float32)
//
// out = keep where the random byte is at least limit, else 0
TEXT ·mask8(SB), NOSPLIT, $0-32
	MOVQ         n+0(FP), CX
	MOVQ         out+8(FP), DI
	MOVQ         random+16(FP), SI
	MOVL         limit+24(FP), AX
	VMOVD        AX, X2
	VPBROADCASTD X2, Y2
	VBROADCASTSS keep+28(FP), Y3
	SHRQ         $3, CX
	JZ           maskdone

masknext:
	VPMOVZXBD (SI), Y0
	VPCMPGTD  Y0, Y2, Y1     // limit > byte
	VPANDN    Y3, Y1, Y1
	VMOVUPS   Y1, (DI)
	ADDQ      $8, SI
	ADDQ      $32, DI
	DECQ      CX
	JNZ       masknext

maskdone:
	VZEROUPPER
	RET
