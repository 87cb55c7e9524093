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
  start: { test: 'lint, import rules, types, and every test that needs no cluster' },
  develop: {
    check: 'lint, types, import rules, schemas, manifests synthesize; what a new service takes is still counted',
    format: 'format and fix what can be fixed',
    'test-unit': 'tests that start no process',
    'test-integration': 'tests with real Kafka and Envoy',
    'test-crash': 'hundreds of faults by three seeds under load, then the whole log is audited (about 15 minutes)',
    'test-cluster': 'deploy to kind and prove what only a cluster can: access, Pod Security, rollouts under load',
    imports: "regenerate cdk8s/imports from Istio's CRDs (needs istioctl)",
    setup: 'install what package-lock.json names, once',
    clean: 'remove what was built or downloaded (stops the shop first)',
    help: 'this list',
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
