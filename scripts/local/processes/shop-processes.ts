import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { identify, type ProcessIdentity } from './process-identity.ts'

/** The supervisor among the processes of a shop. */
export const supervisorName = 'supervisor'

/** A process of a shop, known by the mark that it was started with. */
export interface ShopProcess extends ProcessIdentity {
  /** `supervisor`, `kafka/broker`, `catalog-0/app`, `catalog-0/sidecar`. */
  readonly name: string
}

/**
 * Every process of a shop has this variable from its birth: `<shop>:<name>`. So it is found while it runs, whatever happened to the
 * files of the shop and to the supervisor.
 */
const variable = 'BREAKWATER_PROCESS'

/** Which shop: its folder, short and without the blanks that `ps` could not tell from the end of a variable. */
const shopId = (folder: string): string => createHash('sha256').update(folder).digest('hex').slice(0, 16)

/** The variable that makes a process one of a shop's. */
export const markOf = (folder: string, name: string): Record<string, string> => ({ [variable]: `${shopId(folder)}:${name}` })

/**
 * Takes the mark out of an environment, so that tools which a marked process asks do not count as the shop's. The process itself stays
 * marked: what the system shows is the environment it began with.
 */
export function unmark(env: NodeJS.ProcessEnv): void {
  delete env[variable]
}

/** The processes of the shop of a folder that run now, oldest first. Other users' are not seen. */
export function shopProcesses(folder: string, environments: () => Iterable<ProcessEnvironment> = processEnvironments): ShopProcess[] {
  const mark = `${variable}=${shopId(folder)}:`
  return [...environments()]
    .flatMap(({ pid, variables }): ShopProcess[] => {
      const name = variables.find((text) => text.startsWith(mark))?.slice(mark.length)
      const identity = name === undefined ? undefined : identify(pid)
      return name === undefined || !identity ? [] : [{ name, ...identity }]
    })
    .sort(byAge)
}

/** Supervisors of the folder, oldest first; more than one only while a second is finding out that it is one too many. */
export const supervisorsOf = (folder: string): ShopProcess[] => shopProcesses(folder).filter(({ name }) => name === supervisorName)

/** Everything of the folder but supervisors. */
export const supervisedOf = (folder: string): ShopProcess[] => shopProcesses(folder).filter(({ name }) => name !== supervisorName)

/** A process and the environment that it was started with, `NAME=value` each. */
export interface ProcessEnvironment {
  readonly pid: number
  readonly variables: readonly string[]
}

/** Of every process that this user may look into. */
export const processEnvironments = (): Iterable<ProcessEnvironment> => (process.platform === 'linux' ? fromProc() : fromPs(psOutput()))

function* fromProc(): Generator<ProcessEnvironment> {
  for (const name of readdirSync('/proc')) {
    const pid = Number(name)
    if (!Number.isInteger(pid)) continue
    try {
      yield { pid, variables: readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0') }
    } catch {
      // Somebody else's, or gone in the meantime.
    }
  }
}

/** `e` shows the environment behind the command, as in every ps that descends from BSD's or from procps. */
const psOutput = (): string => execFileSync('ps', ['axeww', '-o', 'pid=,command='], { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 })

/** Lines of `ps`: a number, the command, its arguments and its environment, apart by blanks only. */
export function* fromPs(output: string): Generator<ProcessEnvironment> {
  for (const line of output.split('\n')) {
    const [pid, ...variables] = line.trim().split(/\s+/)
    if (pid) yield { pid: Number(pid), variables }
  }
}

const byAge = (a: ShopProcess, b: ShopProcess): number => Number(a.began) - Number(b.began) || a.pid - b.pid
