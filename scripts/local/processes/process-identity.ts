import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

/** A process, told from a later one that got the same number. */
export interface ProcessIdentity {
  readonly pid: number
  /** When it began: a number of the system's own that grows. */
  readonly began: string
}

/** @returns undefined when there is no such process, or only the rest of one that nobody has waited for */
export function identify(pid: number): ProcessIdentity | undefined {
  const began = process.platform === 'linux' ? fromProc(pid) : fromPs(pid)
  return began === undefined ? undefined : { pid, began }
}

/** Whether this very process still runs. */
export const isSame = ({ pid, began }: ProcessIdentity): boolean => identify(pid)?.began === began

/** proc_pid_stat(5): the command in brackets may hold anything, so count from its end; state is field 3, start time field 22. */
function fromProc(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19]
  } catch {
    return undefined
  }
}

function fromPs(pid: number): string | undefined {
  try {
    const env = { ...process.env, LC_ALL: 'C' }
    const [state, ...began] = execFileSync('ps', ['-o', 'state=,lstart=', '-p', String(pid)], { encoding: 'utf8', env })
      .trim()
      .split(/\s+/)
    return state?.startsWith('Z') ? undefined : String(Date.parse(began.join(' ')))
  } catch {
    return undefined
  }
}
