# make extract, make test: all that a newcomer needs. Both need Go and nothing else.

IN       ?= testdata/articles
OUT      ?= out/tables
FORMAT   ?= parquet
METADATA ?= $(if $(filter testdata/articles,$(IN)),testdata/published.csv)
SHARED   ?= ../shared
BIN      := out/bin/dateline

.PHONY: extract test check golden score bench fuzz train gazetteer clean build

build: ## the binary, static
	@mkdir -p $(dir $(BIN))
	@CGO_ENABLED=0 go build -trimpath -o $(BIN) ./cmd/dateline

extract: build ## IN=folder OUT=folder FORMAT=parquet,csv,...: articles to tables
	@$(BIN) extract --out $(OUT) --format $(FORMAT) $(if $(METADATA),--metadata $(METADATA)) $(ARGS) $(IN)

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

train: build ## rebuild the embedded names model (needs $(SHARED))
	$(BIN) train names --shared $(SHARED)

gazetteer: build ## rebuild the embedded gazetteer (needs $(SHARED))
	$(BIN) gazetteer build --sources $(SHARED)/gazetteer-sources --out gazetteer/data

clean:
	rm -rf out
