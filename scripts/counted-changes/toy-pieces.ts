import { cpSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** One of the places that somebody edits for a new workload. */
export interface Piece {
  /** As a person would say it. */
  readonly name: string
  /** Writes it into a copy of the repository. @throws Error when the place does not look as it is expected to */
  add(root: string): void
}

const topology = 'services/shared/contracts/topology.ts'

/** Puts text behind a place in a file. */
function insert(root: string, file: string, behind: string, text: string): void {
  const path = join(root, file)
  const before = readFileSync(path, 'utf8')
  if (before.split(behind).length !== 2) throw new Error(`${file} has no single place "${behind.trim()}" where a workload is added.`)
  writeFileSync(
    path,
    before.replace(behind, () => behind + text),
  )
}

/** A folder or file under another name, inside and out. */
function copyAs(root: string, from: string, to: string, words: readonly (readonly [string, string])[]): void {
  cpSync(join(root, from), join(root, to), { recursive: true })
  const files = statSync(join(root, to)).isDirectory()
    ? readdirSync(join(root, to), { recursive: true, encoding: 'utf8' }).map((name) => join(root, to, name))
    : [join(root, to)]
  for (const file of files.filter((path) => statSync(path).isFile())) {
    const text = words.reduce((all, [was, is]) => all.replaceAll(was, is), readFileSync(file, 'utf8'))
    writeFileSync(file, text)
  }
}

const entry = (name: string, fields: string): Piece => ({
  name: 'its entry in topology',
  add: (root) =>
    insert(root, topology, 'export const workloads = {\n', `  ${name}: { owns: 'toys', database: false, replicas: 1, ${fields} },\n`),
})
const row = (name: string): Piece => ({
  name: 'its row in charts',
  add: (root) =>
    insert(
      root,
      'charts/workloads.ts',
      'Readonly<Record<WorkloadName, WorkloadRow>> = {\n',
      `  ${name}: { cpu: '50m', memory: '192Mi' },\n`,
    ),
})

const renamed = [
  ['notifications', 'toys'],
  ['Notifications', 'Toys'],
  ['NotificationSent', 'ToySent'],
] as const

/** An event-sourced service that reacts to orders: notifications under another name. */
export const toyService = {
  folder: { name: 'its folder', add: (root) => copyAs(root, 'services/notifications', 'services/toys', renamed) },
  events: {
    name: 'its events in contracts',
    add: (root) => {
      copyAs(root, 'services/shared/contracts/events/notifications.ts', 'services/shared/contracts/events/toys.ts', renamed)
      const events = 'services/shared/contracts/events/events.ts'
      insert(root, events, "import { shippingEvents } from './shipping.ts'\n", "import { toysEvents } from './toys.ts'\n")
      insert(root, events, 'export const eventSchemas = {\n', '  ...toysEvents,\n')
    },
  },
  topology: entry('toys', "calls: [], subscribesTo: ['orders', 'payments'], eventSourced: true, role: 'shop'"),
  definition: {
    name: 'its line in services/shop.ts',
    add: (root) => {
      insert(
        root,
        'services/shop.ts',
        "import { shippingService } from './shipping/app.ts'\n",
        "import { toysService } from './toys/app.ts'\n",
      )
      insert(root, 'services/shop.ts', '  ({\n', '    toys: toysService(),\n')
    },
  },
  row: row('toys'),
} satisfies Record<string, Piece>

/** A workload that catalog's customers do not know, and that the probe calls: httpbin under another name. */
export const toyWorkload = {
  folder: {
    name: 'its folder',
    add: (root) =>
      copyAs(root, 'services/httpbin', 'services/echo', [
        ['httpbin', 'echo'],
        ['Httpbin', 'Echo'],
      ]),
  },
  topology: {
    name: 'its entry in topology',
    add: (root) => {
      entry('echo', "calls: [], subscribesTo: [], eventSourced: false, role: 'experiment'").add(root)
      const path = join(root, topology)
      writeFileSync(path, readFileSync(path, 'utf8').replace("calls: ['httpbin', 'catalog']", "calls: ['httpbin', 'catalog', 'echo']"))
    },
  },
  row: row('echo'),
  policy: {
    name: 'its policy',
    add: (root) => {
      copyAs(root, 'mesh/httpbin.ts', 'mesh/echo.ts', [['httpbin', 'echo']])
      insert(
        root,
        'mesh/policies.ts',
        "import type { PolicyFor } from './constructs/destination-policy.ts'\n",
        "import { echo } from './echo.ts'\n",
      )
      insert(root, 'mesh/policies.ts', 'Partial<Record<WorkloadName, PolicyFor>>> = {\n', '  echo,\n')
    },
  },
} satisfies Record<string, Piece>
