package text

import (
	"strings"

	"github.com/dateline-nlp/dateline/pipeline/article"
)

// maxHost is how far a host name is looked for, in bytes.
const maxHost = 80

// mailOrHost reads an e-mail address or a host name, which starts at i and has
// a point or an at sign at j. It returns 0 when there is none.
func (s *scanner) mailOrHost(i, j int) int {
	k, at, label := j, -1, j
	limit := min(s.end, j+maxHost)
loop:
	for k < limit {
		switch b := s.src[k]; {
		case b == '.':
			label = k
		case b == '@':
			if at >= 0 {
				return 0
			}
			at = k
		case b == '-' || b == '_' || b == '+' && at < 0:
		case b < 0x80 && ascii[b].alnum():
		default:
			break loop
		}
		k++
	}
	for k > j && (s.src[k-1] == '.' || s.src[k-1] == '-' || s.src[k-1] == '_' || s.src[k-1] == '+') {
		k--
	}
	label = strings.LastIndexByte(s.src[j:k], '.') + j
	switch {
	case at >= 0 && k > at+1 && label > at:
	case at < 0 && label >= j && k > label+1 && s.isHost(s.src[i:label], s.src[label+1:k]):
	default:
		return 0
	}
	if k < s.end && s.src[k] >= 0x80 {
		if c, _ := s.at(k); c.alnum() || c == cMark {
			return 0
		}
	}
	if at < 0 && s.byteAt(k) == '/' {
		return s.address(i, k)
	}
	s.emit(i, k, article.Word)
	return k
}

// isHost reports whether label ends a host name, and is not a word of the next
// sentence ("end.Net"): it is written in one case, upper case only as all of it is.
func (s *scanner) isHost(host, label string) bool {
	if len(label) < 2 || len(label) > 4 {
		return false
	}
	if upper := allUpper(label); startsUpper(label) && !(upper && allUpper(host)) {
		return false
	}
	var buf [maxKey]byte
	return s.hosts[string(lower(&buf, label))]
}

// address reads a web address that starts at i and was recognised up to j.
func (s *scanner) address(i, j int) int {
	for j < s.end {
		c, n := classAt(s.src, j)
		if c == cSpace || c == cBroken || n > 1 && !c.alnum() && c != cMark {
			break
		}
		if b := s.src[j]; b == '<' || b == '>' || b == '"' || b == '{' || b == '}' || b == '|' || b == '^' || b == '`' {
			break
		}
		j += n
	}
	open := strings.Count(s.src[i:j], "(") - strings.Count(s.src[i:j], ")")
	for j > i+1 {
		b := s.src[j-1]
		if b == ')' && open < 0 {
			open++
		} else if strings.IndexByte(".,;:!?'*]", b) < 0 {
			break
		}
		j--
	}
	s.emit(i, j, article.Word)
	return j
}
