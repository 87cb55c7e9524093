.DEFAULT_GOAL := help
.PHONY: help setup demo up down status logs restart fault bench deploy undeploy test test-unit test-integration test-crash test-cluster check format synth envoy imports clean

##@ Start here
demo: setup ## start the shop, take orders, break it, print verdicts, write out/report.html, stop
	@npm run -s demo

test: setup ## every test that needs no cluster, after lint, types and import rules
	@npm run -s test:all

##@ The shop on this machine (status and logs also of a cluster: TARGET=cluster)
up: setup ## start it in the background; returns when it is ready (PORT=8080)
	@npm run -s local -- up

down: setup ## stop it and everything it started
	@npm run -s local -- down

status: setup ## replicas, ports, restarts
	@npm run -s $(or $(TARGET),local) -- status

logs: setup ## follow the logs of all processes
	@npm run -s $(or $(TARGET),local) -- logs --follow

restart: setup ## end one replica's process and start it again (REPLICA=catalog-0)
	@npm run -s local -- restart $(REPLICA)

##@ The shop in a cluster
deploy: setup ## create a kind cluster with Istio if missing, build images, apply, wait until ready (PORT=8080; KUBE_CONTEXT for an existing cluster)
	@npm run -s cluster -- deploy

undeploy: setup ## remove the kind cluster (with KUBE_CONTEXT only the shop's namespaces)
	@npm run -s cluster -- undeploy

##@ Break it, measure it
fault: setup ## run experiments against the running shop (NAME=catalog-ejection; without NAME all; TARGET=cluster)
	@npm run -s fault -- $(or $(NAME),all) $(if $(TARGET),--target $(TARGET))

bench: setup ## measure speed and memory (NAME=orders, see npm run -s bench -- --help)
	@npm run -s bench -- $(or $(NAME),orders)

##@ Develop
check: setup ## lint, types, import rules, manifests synthesize
	@npm run -s check

format: setup ## format and fix what can be fixed
	@npm run -s format

test-unit: setup ## tests that start no process
	@npm run -s test:unit

test-integration: setup ## tests with real Kafka and Envoy
	@npm run -s test:integration

test-crash: setup ## hundreds of faults by three seeds under load, then the whole log is audited (about 15 minutes)
	@npm run -s test:crash

test-cluster: setup ## deploy to kind and prove what only a cluster can: access, Pod Security, rollouts under load
	@TEST_CLUSTER=1 npm run -s test -- --project cluster

synth: setup ## write dist/local, dist/kind, dist/eks
	@npm run -s synth

envoy: setup ## print one workload's Envoy configuration (WORKLOAD=gateway)
	@npm run -s envoy -- --workload $(or $(WORKLOAD),gateway)

imports: setup ## regenerate cdk8s/imports from Istio's CRDs (needs istioctl)
	@npm run -s imports

clean: ## remove what was built or downloaded (stops the shop first)
	@scripts/clean

##@ Help
setup: ## install what package-lock.json names, once
	@scripts/setup

help: ## this list
	@awk 'BEGIN {FS = ":.*## "} /^##@/ {printf "\n%s\n", substr($$0, 5)} /^[a-z-]+:.*## / {printf "  make %-18s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
