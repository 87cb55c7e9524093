/** A folder whose mutants are noticed by the unit tests of its mirror under test/unit, and by nothing else. */
export interface MeasuredFolder {
  /** From the root of the repository, without a slash at the end. */
  readonly folder: string
  /** Glob below the folder → why its files are not mutated. */
  readonly notMutated: Readonly<Record<string, string>>
}

/** What the shop's claims rest on. Other folders can be measured as well; these are held to the threshold. */
export const measuredFolders: readonly MeasuredFolder[] = [
  { folder: 'scripts/events/audit', notMutated: {} },
  { folder: 'mesh/envoy', notMutated: { 'main.ts': 'the command itself: arguments and files' } },
  { folder: 'services/shared/runtime/event-sourcing', notMutated: {} },
  { folder: 'services/shared/runtime/projection', notMutated: {} },
  { folder: 'scripts/faults', notMutated: {} },
  { folder: 'services/shared/runtime/kafka', notMutated: {} },
]

/** The measured folder that a path lies in; another folder is taken as it is. */
export function folderOf(path: string): MeasuredFolder {
  return measuredFolders.find(({ folder }) => path === folder || path.startsWith(`${folder}/`)) ?? { folder: path, notMutated: {} }
}
