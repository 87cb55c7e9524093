import { Command } from 'commander'

/** The groups of `npx breakwater` and of `make`, in their order. */
export const groups = {
  start: 'Start here',
  local: 'The shop on this machine',
  cluster: 'The shop in a cluster',
  measure: 'Break it, measure it',
  look: 'Look inside',
  develop: 'Develop',
} as const

export type Group = keyof typeof groups

/** Targets of the Makefile that no command stands behind: they install, test or remove the project itself. */
const onlyMake: Readonly<Partial<Record<Group, Readonly<Record<string, string>>>>> = {
  start: { test: 'run lint, import rules, types, and every test that needs no cluster' },
  develop: {
    check: 'run lint, import rules, schema checks, synth and types; count the edits that a new service takes',
    format: 'format the code and apply safe fixes',
    'test-unit': 'run the tests that start no process',
    'test-integration': 'run the tests with real Kafka and Envoy',
    'test-crash': 'inject hundreds of faults under load, from three seeds, then audit the whole log (about 15 minutes)',
    'test-cluster': 'deploy to kind and run the tests that need a cluster: access, Pod Security, rollouts under load',
    imports: "regenerate cdk8s/imports from Istio's CRDs (needs istioctl)",
    setup: 'install the packages of package-lock.json, if they are not installed',
    clean: 'delete everything built or downloaded (stops the shop first)',
    help: 'print this list',
  },
}

/** Where a command stands in the help. */
export const heading = (group: Group): string => `${groups[group]}:`

/** The whole map: commands in their groups, each group followed by what only make does. */
export function rowsOf(program: Command): Command[] {
  return (Object.keys(groups) as Group[]).flatMap((group) => [
    ...program.commands.filter((command) => command.helpGroup() === heading(group)),
    ...Object.entries(onlyMake[group] ?? {}).map(([target, summary]) =>
      new Command(`make ${target}`).summary(summary).helpGroup(heading(group)),
    ),
  ])
}
