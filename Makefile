# make extract, make test: all that a newcomer needs. Both need Go and nothing else.

IN       ?= testdata/articles
OUT      ?= out/tables
FORMAT   ?= parquet
METADATA ?= $(if $(filter testdata/articles,$(IN)),testdata/published.csv)
SHARED   ?= ../shared
BIN      := out/bin/dateline

# A stand-in for a library that makes starting slow, see the file.
export GOWORK := $(CURDIR)/.go.work

# Google's storage library can speak gRPC; without it the program is 20 MB smaller.
export GOFLAGS := -tags=disable_grpc_modules $(GOFLAGS)

.PHONY: extract test check golden score bench fuzz train train-places gazetteer clean build

build: ## the binary, static
	@mkdir -p $(dir $(BIN))
	@CGO_ENABLED=0 go build -trimpath -ldflags="-s -w" -o $(BIN) ./cmd/dateline

extract: build ## IN=folder OUT=folder FORMAT=parquet,csv,...: articles to tables
	@$(BIN) extract --out "$(OUT)" --format $(FORMAT) $(if $(METADATA),--metadata "$(METADATA)") $(ARGS) "$(IN)" || \
	  { code=$$?; [ $$code -eq 3 ] || exit $$code; } # 3: tables written, some inputs set aside, as the summary says

test: ## hermetic, needs Go alone
	go test ./...

golden: ## rewrite the golden files; read the diff before committing it
	go test ./cmd/dateline -run "TestGolden|TestReadme" -update
	@git --no-pager diff --stat -- testdata/golden

check: ## slower checks: race detector, linters, other readers of the tables, the notebook
	.ci/check

score: build ## scores on annotated articles (needs $(SHARED))
	python3 .ci/score --shared $(SHARED) $(BIN)

bench: ## MB/s, docs/s and tokens/s of each stage and of the whole run
	go test -run '^$$' -bench . -benchmem ./cmd/dateline

fuzz: ## every fuzz target for FUZZTIME
	.ci/fuzz

NER := $(SHARED)/corpora/ner
train: build ## the names model, in out/names.bin, from the corpora (needs $(SHARED)); put it to extractors/names/model by hand
	@[ -d $(NER) ] || { echo "train: $(NER) is missing; the corpora are not part of the project" >&2; exit 1; }
	$(BIN) train names --out out/names.bin --words $(SHARED)/names-resources --places $(SHARED)/gazetteer-sources \
	  $(NER)/conllpp_train.jsonl.gz,misc=NORP+MISC $(NER)/worldwide_train.jsonl.gz $(NER)/worldwide_train.conll.gz,every=2 \
	  $(NER)/uner_ewt_dev.jsonl,unmarked=NORP+MISC $(NER)/wikigold.jsonl,misc=NORP+MISC \
	  $(NER)/wnut17_train.jsonl,misc=NORP+MISC,unmarked=NORP $(NER)/crossner_politics_train.jsonl,misc=NORP+MISC,unmarked=NORP \
	  $(NER)/crossner_politics_dev.jsonl,misc=NORP+MISC,unmarked=NORP
	@cmp -s out/names.bin extractors/names/model/names.bin && echo "the same as the model that ships" || echo "not the model that ships"

GEO := $(SHARED)/corpora/geo
train-places: build ## the resolver's tables in out/places, and cross-validated scores (needs $(SHARED)); replace extractors/places/data/*.tsv by hand
	@[ -d $(GEO) ] || { echo "train-places: $(GEO) is missing; the corpora are not part of the project" >&2; exit 1; }
	$(BIN) train places --out out/places $(GEO)/lgl_dev.jsonl $(GEO)/geovirus_dev.jsonl,unmarked=NORP \
	  $(NER)/worldwide_train.jsonl.gz,weight=.1,first=400 $(NER)/conllpp_train.jsonl.gz,weight=.1,first=400,unmarked=NORP

gazetteer: build ## rebuild the embedded gazetteer (needs $(SHARED))
	@[ -d $(SHARED)/gazetteer-sources ] || { echo "gazetteer: $(SHARED)/gazetteer-sources is missing; it is not part of the project" >&2; exit 1; }
	$(BIN) gazetteer build --sources $(SHARED)/gazetteer-sources \
	  --table gazetteer/data/supplement.tsv --table gazetteer/data/landmarks.tsv --out gazetteer/data/gazetteer.bin || \
	  { code=$$?; [ $$code -eq 3 ] || exit $$code; } # 3: written, some rows of the sources set aside, as the report says

clean:
	rm -rf out
