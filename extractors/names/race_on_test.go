//go:build race

package names

// raceDetector says that the tests run under the race detector, which drops
// pooled memory at random.
const raceDetector = true
