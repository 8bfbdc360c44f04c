package places

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dateline-nlp/dateline/gazetteer"
)

// TestMemo asks for more words than the memo holds, in an order in which they
// drive each other out, and wants the index's own answers.
func TestMemo(t *testing.T) {
	x, err := gazetteer.Embedded()
	require.NoError(t, err)
	keys := []string{"", "paris", "pari", "monday", "san", "llanfairpwllgwyngyll", "zz", "é"}
	for i := range 3 * len(memo{}) {
		keys = append(keys, fmt.Sprintf("%c%c%d", 'a'+i%26, 'a'+i/26%26, i%7))
	}
	var m memo
	for range 3 {
		for _, k := range keys {
			has, prefix := m.seek(x, []byte(k))
			wantHas, wantPrefix := x.Seek([]byte(k))
			require.Equal(t, [2]bool{wantHas, wantPrefix}, [2]bool{has, prefix}, "%q", k)
		}
	}
	held := 0
	for i := range m {
		held += int(b2f(m[i].n > 0))
	}
	require.Greater(t, held, len(m)/2)
}
