package source

import (
	"net/url"
	"strings"
	"unicode"

	"github.com/dateline-nlp/dateline/pipeline/article"
)

// maxAddress is the longest web address that is looked for; browsers allow less.
const maxAddress = 4096

// addressLine reports whether the first line of a text that is not blank is a
// web address and nothing else ("https://...", "<https://...>", "URL: https://...").
func addressLine(text string) (address string, at article.Span) {
	start, end := len(text)-len(strings.TrimLeftFunc(text, unicode.IsSpace)), len(text)
	if i := strings.IndexAny(text[start:], "\r\n"); i >= 0 {
		end = start + i
	}
	if end-start > maxAddress {
		return "", at
	}
	line := strings.TrimSpace(text[start:end])
	end = start + len(line)
	for _, label := range []string{"url:", "link:", "source:", "web:"} {
		if len(line) > len(label) && strings.EqualFold(line[:len(label)], label) {
			line = strings.TrimSpace(line[len(label):])
			break
		}
	}
	line = strings.TrimSuffix(strings.TrimPrefix(line, "<"), ">")
	if webAddress(line) == nil {
		return "", at
	}
	return line, article.Span{Start: start, End: end}
}

// webAddress parses the address of a web page, or returns nil.
func webAddress(s string) *url.URL {
	if s == "" || len(s) > maxAddress || strings.ContainsAny(s, " \t\r\n\"<>") {
		return nil
	}
	low := strings.ToLower(s[:min(len(s), 8)])
	switch {
	case strings.HasPrefix(low, "http://"), strings.HasPrefix(low, "https://"):
	case strings.HasPrefix(low, "www."):
		s = "https://" + s
	default:
		return nil
	}
	u, err := url.Parse(s)
	if err != nil || !strings.Contains(strings.Trim(u.Hostname(), "."), ".") {
		return nil
	}
	return u
}

// siteOf returns the host name of a web address without "www.", or "".
func siteOf(address string) string {
	u := webAddress(address)
	if u == nil {
		return ""
	}
	return strings.TrimPrefix(strings.ToLower(strings.TrimSuffix(u.Hostname(), ".")), "www.")
}
