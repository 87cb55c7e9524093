.DEFAULT_GOAL := help
.PHONY: help setup demo up down status logs restart fault bench deploy undeploy test test-unit test-integration test-crash test-cluster check format synth envoy imports clean

# What `npx breakwater` runs; a line that begins with `# npx` shows what only it does.
breakwater := @scripts/breakwater

##@ Start here
demo: setup ## start the shop, take orders, break it, print verdicts, write out/report.html, stop
	$(breakwater) demo

test: setup ## lint, import rules, types, and every test that needs no cluster
	@npm run -s test:all

##@ The shop on this machine
up: setup ## start it in the background; returns when it is ready (PORT=8080)
	$(breakwater) up

down: setup ## stop it and everything it started
	$(breakwater) down

status: setup ## replicas, ports, restarts (TARGET=cluster)
	$(breakwater) status $(if $(TARGET),--target $(TARGET))

logs: setup ## follow the logs of all processes (TARGET=cluster)
	$(breakwater) logs --follow $(if $(TARGET),--target $(TARGET))

restart: setup ## end one replica's process and start it again (REPLICA=catalog-0; TARGET=cluster REPLICA=catalog)
	$(breakwater) restart $(REPLICA) $(if $(TARGET),--target $(TARGET))

##@ The shop in a cluster
deploy: setup ## create a kind cluster with Istio if missing, build images, apply, wait until ready (PORT=8080; KUBE_CONTEXT=… for an existing cluster)
	$(breakwater) deploy

undeploy: setup ## remove the kind cluster (with KUBE_CONTEXT only the shop's namespaces)
	$(breakwater) undeploy

# npx breakwater traffic ## split a service's traffic between two versions, live (traffic split catalog v2=10)
# npx breakwater eks ## on Amazon EKS: push the images, install Istio, take both away

##@ Break it, measure it
fault: setup ## run experiments against the running shop (NAME=catalog-ejection; without NAME all; TARGET=cluster)
	$(breakwater) experiment run $(or $(NAME),all) $(if $(TARGET),--target $(TARGET))

# npx breakwater load ## send orders to the shop and account for all of them
# npx breakwater dispatch ## dispatch the parcel of an order, as the warehouse does (dispatch last)

bench: setup ## measure speed and memory: of the shop (orders), of what the mesh costs (mesh), of the event path (events) (NAME=orders)
	$(breakwater) bench $(or $(NAME),orders)

##@ Look inside
# npx breakwater events ## look into the event log: what happened, what was put aside, what can be made again

envoy: setup ## print one workload's Envoy configuration (WORKLOAD=gateway; TARGET=cluster)
	$(breakwater) envoy --workload $(or $(WORKLOAD),gateway) $(if $(TARGET),--target $(TARGET))

##@ Develop
synth: setup ## write dist/local, dist/kind, dist/eks
	$(breakwater) synth

# npx breakwater schemas ## check or record the schemas of events and commands

check: setup ## lint, types, import rules, schemas, manifests synthesize; what a new service takes is still counted
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

imports: setup ## regenerate cdk8s/imports from Istio's CRDs (needs istioctl)
	@npm run -s imports

setup: ## install what package-lock.json names, once
	@scripts/setup

clean: ## remove what was built or downloaded (stops the shop first)
	@scripts/clean

help: ## this list
	@awk 'BEGIN {FS = ":.*## | ## "} /^##@/ {printf "\n%s\n", substr($$0, 5)} /^# npx [a-z]+ [a-z]+ ## / {printf "  %-22s %s\n", substr($$1, 3), $$2} /^[a-z-]+:.*## / {printf "  make %-17s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
