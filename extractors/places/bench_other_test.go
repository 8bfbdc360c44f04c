//go:build !unix

package places_test

func cpuSeconds() float64 { return 0 }
