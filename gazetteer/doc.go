// Package gazetteer is an immutable index of the world's places by name.
//
// An index is one flat file that is used where it lies: the embedded one in
// the program's read-only data, a user's own mapped from disk. Opening reads a
// header and the table of countries; nothing else is parsed or copied, and a
// name costs memory only when somebody asks for it.
//
//	x, err := gazetteer.Embedded()
//	for _, c := range x.AppendCandidates(nil, "Mosul") {
//		fmt.Println(x.Entry(c.ID).Name, c.Kind)
//	}
//
// Names are looked up by their folded key ([Fold]): case, accents, hyphens,
// apostrophes and a leading "the" do not matter. A name that no entry bears
// is tried again without its article and then by its consonants, so that
// "Huwija" finds Hawija ([Candidate.Match] says how it was found).
//
// [Build] makes index files from a folder of composed sources, from a GeoNames
// dump or from a user's own table, on top of another index where wanted.
package gazetteer
