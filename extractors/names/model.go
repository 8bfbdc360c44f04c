package names

import (
	_ "embed"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"os"
)

// A model file is read where it lies, embedded in the program or in memory:
//
//	magic "dateline/names\n" and a format version byte
//	uint32 count of sections; of each: name (8 bytes), offset, length, CRC-32C (uint32)
//	CRC-32C of all that came before
//	sections
//
// Numbers are little-endian. A new format version is made whenever hashing,
// features or sections change their meaning.
const (
	modelMagic   = "dateline/names\n"
	modelVersion = 1
	headStart    = len(modelMagic) + 1 + 4
	headSection  = 8 + 4 + 4 + 4
)

// Section names.
const (
	sectionMeta    = "meta"
	sectionLexicon = "lexicon"
	sectionCRF     = "crf"
	sectionNetwork = "network"
)

// ErrModel is wrapped by every error about the content of a model file.
var ErrModel = errors.New("not a usable names model")

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// meta is the part of a model that people may want to read.
type meta struct {
	Corpora     []string    // what it was trained on
	Settings    string      // hyperparameters
	Mix         float64     // weight of the network's scores beside the CRF's
	Doubt       float64     // tokens whose best label is less probable go to the network
	Echo        float64     // weight of what a word's other occurrences were taken for
	Calibration calibration // from the probability of a span to its confidence, with the network
	Alone       calibration // the same for the CRF alone
	Without     []string    `json:",omitempty"` // feature families that it was trained without
}

// model is a model file, opened.
type model struct {
	meta    meta
	id      string
	lexicon *lexicon
	crf     *crf
	without featureSet
	words   *ruleWords
	network *network // nil when the model has none

	mixed        transitions // of the CRF and the network together
	mixedFactors *factors
}

// section is a named part of a model file.
type section struct {
	name string
	data []byte
}

func writeModel(sections []section) []byte {
	out := append([]byte(modelMagic), modelVersion)
	out = binary.LittleEndian.AppendUint32(out, uint32(len(sections)))
	at := headStart + len(sections)*headSection + 4
	for _, s := range sections {
		var name [8]byte
		copy(name[:], s.name)
		out = append(out, name[:]...)
		out = binary.LittleEndian.AppendUint32(out, uint32(at))
		out = binary.LittleEndian.AppendUint32(out, uint32(len(s.data)))
		out = binary.LittleEndian.AppendUint32(out, crc32.Checksum(s.data, castagnoli))
		at += len(s.data)
	}
	out = binary.LittleEndian.AppendUint32(out, crc32.Checksum(out, castagnoli))
	for _, s := range sections {
		out = append(out, s.data...)
	}
	return out
}

// sectionsOf splits a model file and checks its sums.
func sectionsOf(data []byte) (map[string][]byte, error) {
	if len(data) < headStart+4 || string(data[:len(modelMagic)]) != modelMagic {
		return nil, fmt.Errorf("%w: it does not begin as one", ErrModel)
	}
	if v := data[len(modelMagic)]; v != modelVersion {
		return nil, fmt.Errorf("%w: format version %d, this program reads %d", ErrModel, v, modelVersion)
	}
	n := int(binary.LittleEndian.Uint32(data[headStart-4:]))
	head := headStart + n*headSection
	if n > 64 || len(data) < head+4 || crc32.Checksum(data[:head], castagnoli) != binary.LittleEndian.Uint32(data[head:]) {
		return nil, fmt.Errorf("%w: its head is damaged", ErrModel)
	}
	sections := map[string][]byte{}
	for i := range n {
		h := data[headStart+i*headSection:]
		name := h[:8]
		for len(name) > 0 && name[len(name)-1] == 0 {
			name = name[:len(name)-1]
		}
		at, size := uint64(binary.LittleEndian.Uint32(h[8:])), uint64(binary.LittleEndian.Uint32(h[12:]))
		if at+size > uint64(len(data)) {
			return nil, fmt.Errorf("%w: section %q is cut short", ErrModel, name)
		}
		part := data[at : at+size : at+size]
		if crc32.Checksum(part, castagnoli) != binary.LittleEndian.Uint32(h[16:]) {
			return nil, fmt.Errorf("%w: section %q is damaged", ErrModel, name)
		}
		sections[string(name)] = part
	}
	return sections, nil
}

// openModel reads a model file's content, which must not change afterwards.
func openModel(data []byte) (*model, error) {
	parts, err := sectionsOf(data)
	if err != nil {
		return nil, err
	}
	m := &model{id: identity(data)}
	if err := json.Unmarshal(parts[sectionMeta], &m.meta); err != nil {
		return nil, fmt.Errorf("%w: section meta: %v", ErrModel, err)
	}
	if m.without, err = familiesWithout(m.meta.Without); err != nil {
		return nil, fmt.Errorf("%w: section meta: %v", ErrModel, err)
	}
	if m.words, err = readRuleWords(); err != nil {
		return nil, err
	}
	if m.lexicon, err = readLexicon(parts[sectionLexicon]); err != nil {
		return nil, fmt.Errorf("%w: section lexicon: %v", ErrModel, err)
	}
	if m.crf, err = readCRF(parts[sectionCRF]); err != nil {
		return nil, fmt.Errorf("%w: section crf: %v", ErrModel, err)
	}
	if part, ok := parts[sectionNetwork]; ok {
		if m.network, err = readNetwork(part); err != nil {
			return nil, fmt.Errorf("%w: section network: %v", ErrModel, err)
		}
		m.mixed = mixTransitions(&m.crf.transitions, &m.network.transitions, float32(m.meta.Mix))
		m.mixedFactors = m.mixed.factors()
	}
	return m, nil
}

// identity is a short name for a model's content: the sum of its head, which
// holds the sums of its parts.
func identity(data []byte) string {
	n := int(binary.LittleEndian.Uint32(data[headStart-4:]))
	at := headStart + n*headSection
	return "names-" + hex.EncodeToString(data[at:at+4])
}

//go:embed model/names.bin
var embedded []byte

// loadModel opens the file at path, or the embedded model when path is "".
func loadModel(path string) (*model, error) {
	data, err := modelData(path)
	if err != nil {
		return nil, fmt.Errorf("names: %w", err)
	}
	m, err := openModel(data)
	if err != nil {
		return nil, fmt.Errorf("names: %s: %w", modelName(path), err)
	}
	return m, nil
}

func modelData(path string) ([]byte, error) {
	if path == "" {
		return embedded, nil
	}
	return os.ReadFile(path)
}

func modelName(path string) string {
	if path == "" {
		return "embedded model"
	}
	return path
}
