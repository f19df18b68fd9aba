# One line per target in `make help`. Nothing here but names: the work is in scripts/ and eng/.
.DEFAULT_GOAL := help
.PHONY: help run serve sandbox build native test test-native lint manifests images test-images hooks bench clean
MODELS := $(notdir $(patsubst %/prepare,%,$(wildcard models/*/prepare)))
.PHONY: $(MODELS)

help: ## Show this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST)
	@printf '  make %s\tPrepare that model, serve it, show an answer\n' $(MODELS)

run: langid ## Serve the language identifier on localhost:8080 and show a real answer

$(MODELS): build
	@scripts/run-service $@

serve: ## Build only the predictor and serve MODEL=file.onnx [NAME=model] [PORT=8080]
	@NAME='$(NAME)' PORT='$(PORT)' scripts/serve-model "$(MODEL)"

sandbox: build ## Serve outlink topics with a wiki, a predictor and a transformer of its own
	@scripts/sandbox

build: ## Build everything, ready to run, into artifacts/
	@scripts/build

native: ## Build the predictor as a native program; serve and isvc prefer it
	@scripts/build-native

test: build ## Run every test
	@scripts/test

test-native: build native ## Run the functional tests with the native predictor
	@scripts/test-native

lint: build ## Check formatting and the project's rules
	@scripts/ci-lint

manifests: build ## Write deploy/services and docker-compose.yml from the services' service.yaml
	@scripts/isvc manifest src/Services/*/service.yaml --output deploy/services --compose docker-compose.yml

images: ## Build the images, with buildah and without Docker
	@scripts/images

test-images: build ## Build the images and run each, confined, with real models
	@scripts/test-images

hooks: ## Install git's hooks: checks before a commit, and Gerrit's Change-Id
	@eng/hooks/install

bench: build ## Measure codecs, tokenizer and a model run, with allocations
	@scripts/bench

clean: ## Delete everything that was built, fetched or prepared
	@! mountpoint -q artifacts/containers/storage/overlay || umount artifacts/containers/storage/overlay
	rm -rf artifacts eng/feed/*.nupkg eng/feed/*.props
