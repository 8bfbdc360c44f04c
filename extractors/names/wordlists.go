package names

import (
	"embed"
	"fmt"
	"strings"

	"github.com/dateline-nlp/dateline/pipeline/text"
)

// lists are our own word lists: those of buildLexicon become part of a model
// when it is trained, the others are read by rules.
//
//go:embed lexicon/*.tsv
var lists embed.FS

// ruleWords are the word lists that the rules after the model read.
type ruleWords struct {
	letters   map[string]bool // that follow a person's name and are no part of it
	sites     map[string]bool // words that follow the name of a place, or end it
	titles    map[string]bool // that stand before a person's name
	seats     map[string]bool // houses that stand for an institution
	models    map[string]bool // words that follow the name of a product
	products  map[string]bool // products that have the name of a people
	furniture map[string]bool // words around an article
	teams     teamWords
	particles map[string]particle // small words that begin a surname

	compass    map[string]bool // which part of a place is meant
	missions   map[string]bool // words that make an organisation of the country before them
	ministries map[string]bool // words that begin the name of a part of a government
	near       map[string]bool // words that stand before a house where somebody is
	roads      map[string]bool // words that stand before the name of a street or a water
	speech     map[string]bool // words behind somebody who speaks
}

// particle is a row of particles.tsv.
type particle struct {
	bare bool // makes a surname of the unknown word behind it
}

// teamWords are what tells that a town's name is its team's.
type teamWords struct {
	between map[string]bool // two names
	match   map[string]bool // likewise, and tells of a match by itself
	before  map[string]bool // the name
	behind  map[string]bool // the name
	verb    map[string]bool // likewise, at the start of a sentence
	sport   map[string]bool // that news of sport has
}

func readRuleWords() (*ruleWords, error) {
	w := &ruleWords{}
	for name, list := range map[string]*map[string]bool{
		"postnominals.tsv": &w.letters, "sites.tsv": &w.sites, "titles.tsv": &w.titles, "seats.tsv": &w.seats,
		"models.tsv": &w.models, "products.tsv": &w.products, "furniture.tsv": &w.furniture,
	} {
		*list = map[string]bool{}
		if err := eachWord(name, func(s string) { (*list)[s] = true }); err != nil {
			return nil, err
		}
	}
	t := &w.teams
	err := readClasses("teams.tsv", map[string]*map[string]bool{
		"between": &t.between, "match": &t.match, "before": &t.before, "behind": &t.behind, "verb": &t.verb, "sport": &t.sport,
	})
	if err != nil {
		return nil, err
	}
	err = readClasses("words.tsv", map[string]*map[string]bool{
		"compass": &w.compass, "mission": &w.missions, "ministry": &w.ministries, "near": &w.near, "road": &w.roads, "speech": &w.speech,
	})
	if err != nil {
		return nil, err
	}
	w.particles = map[string]particle{}
	return w, eachListRow("particles.tsv", 2, func(f []string) error {
		w.particles[f[0]] = particle{bare: f[1] == "bare"}
		return nil
	})
}

// readClasses reads a list of classes and their words.
func readClasses(name string, classes map[string]*map[string]bool) error {
	for _, list := range classes {
		*list = map[string]bool{}
	}
	return eachListRow(name, 2, func(f []string) error {
		list, ok := classes[f[0]]
		if !ok {
			return fmt.Errorf("class %q: want %s", f[0], strings.Join(sortedKeys(classes), ", "))
		}
		(*list)[f[1]] = true
		return nil
	})
}

// eachWord calls f with each line of one of our word lists.
func eachWord(name string, f func(s string)) error {
	return eachListRow(name, 1, func(fields []string) error { f(fields[0]); return nil })
}

func eachListRow(name string, fields int, f func(fields []string) error) error {
	data, err := lists.ReadFile("lexicon/" + name)
	if err != nil {
		return err
	}
	return text.EachRow(name, string(data), fields, f)
}
