import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

/** What a set of processes has used so far. */
export interface Usage {
  /** User plus system time since each process started, in ms. */
  readonly cpuMs: number
  /** Memory in bytes, pages shared between the processes counted once (PSS); `undefined` where the kernel does not tell (macOS). */
  readonly pssBytes: number | undefined
  /** Memory in bytes, shared pages counted for each process. */
  readonly rssBytes: number
}

/**
 * Sums CPU time and memory over processes; one that has ended counts as nothing.
 * Linux reads /proc (see proc(5)); elsewhere `ps`, whose CPU time is exact to 10 ms and which knows no PSS.
 */
export function usageOf(pids: readonly number[]): Usage {
  const each = pids.map(process.platform === 'linux' ? fromProc : fromPs)
  const pss = each.map((usage) => usage.pssBytes)
  return {
    cpuMs: sum(each.map((usage) => usage.cpuMs)),
    pssBytes: pss.every((bytes) => bytes !== undefined) ? sum(pss) : undefined,
    rssBytes: sum(each.map((usage) => usage.rssBytes)),
  }
}

const nothing: Usage = { cpuMs: 0, pssBytes: 0, rssBytes: 0 }

// USER_HZ is 100 on every Linux architecture that Node runs on: /proc counts CPU time in ticks of 10 ms.
const msPerTick = 10

function fromProc(pid: number): Usage {
  try {
    // The command name may contain spaces and parentheses; the fields are counted from its last ")".
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    const [user, system] = [Number(fields[11]), Number(fields[12])]
    const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8')
    const bytes = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(rollup)?.[1] ?? 0) * 1024
    return { cpuMs: (user + system) * msPerTick, pssBytes: bytes('Pss'), rssBytes: bytes('Rss') }
  } catch {
    return nothing
  }
}

function fromPs(pid: number): Usage {
  try {
    const [rss = '0', time = '0:0'] = execFileSync('ps', ['-o', 'rss=,time=', '-p', String(pid)], { encoding: 'utf8' })
      .trim()
      .split(/\s+/)
    const seconds = time.split(':').reduce((total, part) => total * 60 + Number(part), 0)
    return { cpuMs: seconds * 1000, pssBytes: undefined, rssBytes: Number(rss) * 1024 }
  } catch {
    return nothing
  }
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0)
