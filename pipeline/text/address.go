package text

import (
	"strings"

	"github.com/dateline-nlp/dateline/pipeline/article"
)

// hosts are the last labels that make "word.label" a host name. Labels that
// are English words ("in", "it", "me", "so") are left out.
var hosts = map[string]bool{
	"com": true, "org": true, "net": true, "gov": true, "edu": true, "mil": true, "int": true, "info": true, "biz": true,
	"io": true, "ly": true, "tv": true, "eu": true, "uk": true, "ru": true, "iq": true, "ir": true, "de": true, "fr": true, "ca": true,
	"au": true, "cn": true, "jp": true, "nz": true, "za": true, "ng": true, "ke": true, "pk": true, "il": true, "es": true,
	"pl": true, "br": true, "mx": true, "se": true, "ch": true, "nl": true, "kr": true, "hk": true, "sg": true,
}

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
	case at < 0 && label >= j && k > label+1 && hosts[hostLabel(s.src[i:label], s.src[label+1:k])]:
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

// hostLabel returns the last label of a host name in lower case, "" when the
// writing tells that it is a word of the next sentence ("end.Net").
func hostLabel(host, label string) string {
	if low := strings.ToLower(label); low == label || allUpper(label) && strings.ToUpper(host) == host {
		if len(low) <= 4 {
			return low
		}
	}
	return ""
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
