package names

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Every kind of damage is told apart from a usable model.
func TestDamagedModel(t *testing.T) {
	data, err := Train(t.Context(), smallTraining(t))
	require.NoError(t, err)
	flip := func(at int) []byte {
		d := slices.Clone(data)
		d[at] ^= 0x40
		return d
	}
	other := slices.Clone(data)
	other[len(modelMagic)] = modelVersion + 1
	for _, tc := range []struct {
		name string
		data []byte
		want string
	}{
		{"empty", nil, "does not begin as one"},
		{"another file", []byte("PAR1, and then quite a lot more of it"), "does not begin as one"},
		{"another version", other, "format version"},
		{"head", flip(headStart + 9), "head is damaged"},
		{"section", flip(len(data) - 9), "is damaged"},
		{"cut", data[:len(data)-1], "cut short"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "m.bin")
			require.NoError(t, os.WriteFile(path, tc.data, 0o600))
			_, err := New(Options{ModelPath: path})
			require.ErrorIs(t, err, ErrModel)
			assert.ErrorContains(t, err, tc.want)
			assert.ErrorContains(t, err, path)
		})
	}
	_, err = New(Options{ModelPath: "nowhere.bin"})
	assert.ErrorIs(t, err, os.ErrNotExist)
}

func TestOpeningIsFast(t *testing.T) {
	start := time.Now()
	_, err := New(Options{})
	require.NoError(t, err)
	assert.Less(t, time.Since(start), time.Second, "about 15 ms where nothing else runs")
}

func TestTable(t *testing.T) {
	var rows []tableRow
	for i := range 1000 {
		rows = append(rows, tableRow{mix(uint64(i), 5), []byte{byte(i), byte(i >> 8)}})
	}
	data := append(appendTable(nil, 2, slices.Clone(rows), 0), "tail"...)
	tab, rest, err := readTable(data, 2)
	require.NoError(t, err)
	assert.Equal(t, "tail", string(rest))
	for _, r := range rows {
		i := tab.find(r.key)
		require.GreaterOrEqual(t, i, 0)
		assert.Equal(t, r.data, tab.row(i))
	}
	wrong := 0
	for i := range 10000 {
		if tab.find(mix(uint64(i), 6)) >= 0 {
			wrong++
		}
	}
	assert.Less(t, wrong, 5, "keys that are not there")
	_, _, err = readTable(data, 3)
	assert.ErrorIs(t, err, errTable)
	_, _, err = readTable(data[:100], 2)
	assert.ErrorIs(t, err, errTable)
	assert.Len(t, tab.others([]uint64{rows[0].key}), tab.count-1)
}

func TestQuantise(t *testing.T) {
	for _, ws := range [][]float32{{0, 0}, {1, -2, 0.5}, {1e-6, 3e-6}, {900, -1, 3}} {
		b := quantise(nil, ws)
		s := scaleOf(b[0])
		for i, w := range ws {
			assert.InDelta(t, w, s*float32(int8(b[1+i])), float64(s)*0.51+1e-9)
		}
	}
}

// FuzzOpenModel checks that no section, whatever is in it, makes the reader
// panic; the checksums of the sections are made to fit.
func FuzzOpenModel(f *testing.F) {
	empty := lexiconBuilder{}
	lexicon := empty.write()
	crf := appendCRF(nil, nil, 0, &transitions{})
	shape := networkShape{16, 16, 1}
	w := newWeights(shape)
	net := appendNetwork(nil, shape, &w, &transitions{}, nil)
	f.Add([]byte("{}"), lexicon, crf, net)
	f.Add([]byte("{"), lexicon[:9], crf[:50], net[:50])
	f.Fuzz(func(t *testing.T, head, lexicon, crf, net []byte) {
		data := writeModel([]section{{sectionMeta, head}, {sectionLexicon, lexicon}, {sectionCRF, crf}, {sectionNetwork, net}})
		m, err := openModel(data)
		if err != nil {
			require.ErrorIs(t, err, ErrModel)
			return
		}
		d := spaced("Ada Lovelace met IBM in Oslo")
		require.NoError(t, newDecoder(m, true, true, kernels()[0]).decode(t.Context(), d))
	})
}
