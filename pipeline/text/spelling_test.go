package text

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestSpellingDistance(t *testing.T) {
	f := func(a, b string, want float32) {
		t.Helper()
		assert.Equal(t, want, SpellingDistance(a, b), "%s, %s", a, b)
		assert.Equal(t, want, SpellingDistance(b, a), "%s, %s", b, a)
	}
	f("mohammed", "mohamed", 0)
	f("mohammed", "mohamad", 0.5)
	f("mohammed", "muhammad", 1)
	f("soleimani", "suleimani", 0.5)
	f("soleimani", "solaimani", 0.5)
	f("qasem", "kassim", 0.5)
	f("adel", "adil", 0.5)
	f("yousef", "youssef", 0)
	f("khaled", "khalid", 0.5)
	f("fatima", "fatimah", 0)
	f("ziad", "ziyad", 0)
	f("zelensky", "zelenskyy", 0)
	f("zelensky", "zelenskiy", 0)
	f("hezbollah", "hizbullah", 1)
	f("hassan", "hussein", 2)
	f("erik", "eric", 0)
	f("stefan", "stephan", 0)
	f("mehmet", "mohamed", -1)
	f("trump", "biden", -1)
	f("lee", "li", -1)
	f("aoei", "aioe", -1)
	f("", "abcd", -1)
}

func FuzzSpelling(f *testing.F) {
	f.Add("mohammed", "muhammad")
	f.Add("\xff\x00wh", "hhhh")
	f.Fuzz(func(t *testing.T, a, b string) {
		d := SpellingDistance(a, b)
		assert.Equal(t, d, SpellingDistance(b, a))
		if d >= 0 {
			assert.Equal(t, Skeleton(nil, a), Skeleton(nil, b))
		}
		assert.LessOrEqual(t, len(Skeleton(nil, a)), len(a))
	})
}
