package gazetteer

import (
	"fmt"
	"io"
	"text/tabwriter"
)

// WriteLookup prints the places that bear a name, the most salient first, at
// most this many of them (0: all).
func (x *Index) WriteLookup(w io.Writer, name string, most int) error {
	cs := x.AppendCandidates(nil, name)
	if len(cs) == 0 {
		_, err := fmt.Fprintf(w, "%s: no place bears this name (key %q)\n", name, Fold(name))
		return err
	}
	fmt.Fprintf(w, "%s: %d places (key %q)\n", name, len(cs), Fold(name))
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "id\tname\tname is\tfound by\tclass\tcountry\tadmin1\tadmin2\tlat\tlon\tpopulation\tsource")
	if most <= 0 || most > len(cs) {
		most = len(cs)
	}
	for _, c := range cs[:most] {
		e := x.Entry(c.ID)
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s.%s\t%s\t%s\t%s\t%.4f\t%.4f\t%s\t%s\n", e.ID, e.Name, c.Kind, c.Match, e.Class, e.Code,
			e.Country, e.Admin1, e.Admin2, e.Lat, e.Lon, number(e.Population), e.Source)
	}
	return t.Flush()
}
