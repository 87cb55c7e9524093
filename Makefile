.DEFAULT_GOAL := help
.PHONY: help setup demo up down status logs restart fault bench deploy undeploy test test-unit test-integration test-crash test-cluster check format synth envoy imports clean

# Targets call `npx breakwater`. A line that begins with `# npx` is a command without a target; `make help` lists it.
breakwater := @scripts/breakwater

##@ Start here
demo: setup ## start the shop, take orders, break it, print verdicts, write out/report.html, stop
	$(breakwater) demo

test: setup ## run lint, import rules, types, and every test that needs no cluster
	@npm run -s test:all

##@ The shop on this machine
up: setup ## start the shop in the background and return when it is ready (PORT=8080)
	$(breakwater) up

down: setup ## stop the shop and every process it started
	$(breakwater) down

status: setup ## show replicas, ports and restarts (TARGET=cluster)
	$(breakwater) status $(if $(TARGET),--target $(TARGET))

logs: setup ## print the logs of all processes, in the order of time, or search them (make follows them; TARGET=cluster)
	$(breakwater) logs --follow $(if $(TARGET),--target $(TARGET))

restart: setup ## stop one replica and start it again (REPLICA=catalog-0; TARGET=cluster REPLICA=catalog)
	$(breakwater) restart $(REPLICA) $(if $(TARGET),--target $(TARGET))

# npx breakwater token ## print a token for the shop's API: token alice (--target cluster)
# npx breakwater trace ## print the trace of an order as a waterfall, through proxies and Kafka (trace last)

##@ The shop in a cluster
deploy: setup ## create a kind cluster with Istio if there is none, build images, apply the manifests, wait until ready (PORT=8080; OBSERVABILITY=1; KUBE_CONTEXT=… for an existing cluster)
	$(breakwater) deploy

undeploy: setup ## delete the kind cluster (with KUBE_CONTEXT only the shop's namespaces)
	$(breakwater) undeploy

# npx breakwater traffic ## split a service's traffic between two versions while it runs (traffic split catalog v2=10)
# npx breakwater eks ## on Amazon EKS: push the images, install Istio, remove the shop and Istio

##@ Break it, measure it
fault: setup ## break the running shop on purpose and judge how it coped (NAME=catalog-ejection; without NAME all; TARGET=cluster)
	$(breakwater) experiment run $(or $(NAME),all) $(if $(TARGET),--target $(TARGET))

# npx breakwater break ## break one replica by hand and watch what its callers do (break catalog-0 --abort 500)
# npx breakwater heal ## take away everything that was broken by hand or left by killed experiments
# npx breakwater load ## send orders to the shop and account for every one
# npx breakwater goodput ## send requests at a rate, whatever becomes of them, and count the answers in time
# npx breakwater dispatch ## dispatch the parcel of an order, as the warehouse would (dispatch last)

bench: setup ## measure speed and memory: the whole shop (orders), the cost of the mesh (mesh), the event path (events); the gateway (gateway); how exact experiments are (precision); logs stored and searched (telemetry) (NAME=orders)
	$(breakwater) bench $(or $(NAME),orders)

##@ Look inside
# npx breakwater console ## serve the live page of breakers, experiments and orders; make up serves it too
# npx breakwater gateway ## publish stages of the API, undo them, release a canary by percentage; API keys and usage plans
# npx breakwater events ## read the event log: what happened, which records are dead letters; rebuild read models

envoy: setup ## print one workload's Envoy configuration (WORKLOAD=gateway; TARGET=cluster)
	$(breakwater) envoy --workload $(or $(WORKLOAD),gateway) $(if $(TARGET),--target $(TARGET))

##@ Develop
synth: setup ## write the manifests: dist/local, dist/kind, dist/eks
	$(breakwater) synth

# npx breakwater schemas ## check or record the schemas of events, commands and the API

check: setup ## run lint, import rules, schema checks, synth and types; count the edits that a new service takes
	@npm run -s check

format: setup ## format the code and apply safe fixes
	@npm run -s format

test-unit: setup ## run the tests that start no process
	@npm run -s test:unit

test-integration: setup ## run the tests with real Kafka and Envoy
	@npm run -s test:integration

test-crash: setup ## inject hundreds of faults under load, from three seeds, then audit the whole log (about 15 minutes)
	@npm run -s test:crash

test-cluster: setup ## deploy to kind and run the tests that need a cluster: access, Pod Security, rollouts under load
	@TEST_CLUSTER=1 npm run -s test -- --project cluster

imports: setup ## regenerate cdk8s/imports from Istio's CRDs (needs istioctl)
	@npm run -s imports

setup: ## install the packages of package-lock.json, if they are not installed
	@scripts/setup

clean: ## delete everything built or downloaded (stops the shop first)
	@scripts/clean

help: ## print this list
	@awk 'BEGIN {FS = ":.*## | ## "} /^##@/ {printf "\n%s\n", substr($$0, 5)} /^# npx [a-z]+ [a-z]+ ## / {printf "  %-22s %s\n", substr($$1, 3), $$2} /^[a-z-]+:.*## / {printf "  make %-17s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
