//go:build !race

package names

const raceDetector = false
