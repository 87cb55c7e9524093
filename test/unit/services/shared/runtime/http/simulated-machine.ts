import { percentile } from '../../../../../../scripts/checks/percentile.ts'
import { seededRandom } from '../../../../../../scripts/synthetic-orders/seeded-random.ts'
import type { AdaptiveLimit } from '../../../../../../services/shared/runtime/http/adaptive-limit.ts'

/**
 * Two cores that a gateway, three services of two replicas each and all their proxies share, as on a laptop. Each is a process that does one thing after
 * the other, and gets a core for at most 3 ms at a time. Times are virtual ms, and chance is seeded, so a test is exact.
 */
export interface SimulatedMachine {
  /** Pages/s, independent of each other. */
  readonly rate: number
  readonly seconds: number
  /** How much slower than it was measured on a machine without other work: a page takes about 7.5 ms of CPU there, so two cores do 260 a second. */
  readonly slower?: number
  /** Undefined: every page is taken. */
  readonly limit?: AdaptiveLimit
  /** Inventory answers nobody, and a page waits for it until its time-out. */
  readonly inventoryHangs?: boolean
  /** Requests/s, at equal distances, that wait for something for so long and need next to no CPU, such as an order for its command. */
  readonly waiting?: { readonly rate: number; readonly ms: number }
}

export interface SimulatedAnswers {
  /** Pages within 250 ms, per second. */
  readonly goodput: number
  readonly served: number
  readonly servedP99Ms: number
  readonly refused: number
  readonly refusedP99Ms: number
  /** Of the requests that wait. */
  readonly waitingRefused: number
}

const cores = 2
const quantumMs = 3
const warmUpMs = 2000
const deadlineMs = 250
const windowMs = 100
const hangMs = 1500

type Then = (now: number) => void

/** Things that happen at their time; of those at the same time, what was planned first. */
class Agenda {
  readonly #planned: { readonly at: number; readonly then: Then }[] = []

  plan(at: number, then: Then): void {
    let low = 0
    for (let high = this.#planned.length; low < high; ) {
      const middle = (low + high) >> 1
      // Latest first, so that the next is taken from the end.
      if ((this.#planned[middle]?.at ?? 0) > at) low = middle + 1
      else high = middle
    }
    this.#planned.splice(low, 0, { at, then })
  }

  runUntil(end: number): void {
    for (let next = this.#planned.pop(); next && next.at < end; next = this.#planned.pop()) next.then(next.at)
  }
}

interface Process {
  readonly tasks: { ms: number; readonly then: Then }[]
  isQueued: boolean
  /** CPU time it has got; of those that want a core, who has got least is next. */
  got: number
}

/** @returns gives a process something to do */
function sharedCores(agenda: Agenda): (process: Process, ms: number, then: Then, now: number) => void {
  const queue: Process[] = []
  let free = cores
  let least = 0
  const schedule = (now: number): void => {
    while (free > 0 && queue.length > 0) {
      const got = Math.min(...queue.map((one) => one.got))
      const [process] = queue.splice(
        queue.findIndex((one) => one.got === got),
        1,
      ) as [Process]
      least = Math.max(least, got)
      free -= 1
      let used = 0
      for (let [task] = process.tasks; task && used < quantumMs; [task] = process.tasks) {
        const part = Math.min(task.ms, quantumMs - used)
        used += part
        task.ms -= part
        if (task.ms > 0) break
        process.tasks.shift()
        agenda.plan(now + used, task.then)
      }
      process.got += used
      agenda.plan(now + used, (then) => {
        free += 1
        process.isQueued = process.tasks.length > 0
        if (process.isQueued) queue.push(process)
        schedule(then)
      })
    }
  }
  return (process, ms, then, now) => {
    process.tasks.push({ ms, then })
    if (process.isQueued) return
    process.isQueued = true
    // Who has slept goes first, and has saved up nothing.
    process.got = Math.max(process.got, least - quantumMs)
    queue.push(process)
    schedule(now)
  }
}

const newProcess = (): Process => ({ tasks: [], isQueued: false, got: 0 })

export function simulateMachine({ rate, seconds, slower = 1, limit, inventoryHangs, waiting }: SimulatedMachine): SimulatedAnswers {
  const agenda = new Agenda()
  const give = sharedCores(agenda)
  const random = seededRandom(1)
  const work = (process: Process, ms: number, then: Then, now: number): void =>
    give(process, ms * slower * (0.6 + 0.8 * random()), then, now)
  const [app, proxy] = [newProcess(), newProcess()]
  const services = ['catalog', 'inventory', 'shipping'].map((name) => ({
    name,
    replicas: [0, 1].map(() => ({ app: newProcess(), proxy: newProcess() })),
    turn: 0,
  }))
  const [served, refused]: number[][] = [[], []] as [number[], number[]]
  let waitingRefused = 0
  const record = (times: number[] | undefined, due: number, now: number): void => {
    if (due >= warmUpMs) times?.push(now - due)
  }

  const call = (service: (typeof services)[number], begun: number, then: Then): void => {
    if (inventoryHangs && service.name === 'inventory') {
      agenda.plan(begun + hangMs, then)
      return
    }
    const replica = service.replicas[service.turn++ % service.replicas.length] ?? { app, proxy }
    const way: [Process, number][] = [
      [proxy, 0.12],
      [replica.proxy, 0.2],
      [replica.app, 0.8],
      [replica.proxy, 0.18],
      [proxy, 0.12],
      [app, 0.3],
    ]
    const last: Then = (now) => {
      limit?.answered(service.name, now - begun)
      then(now)
    }
    const step = (at: number): Then => {
      const [process, ms] = way[at] ?? []
      return process && ms !== undefined ? (now) => work(process, ms, step(at + 1), now) : last
    }
    step(0)(begun)
  }

  const page = (due: number): void => {
    const read: Then = (now) => {
      if (limit?.isFull(now)) {
        work(app, 0.06, (then) => work(proxy, 0.15, (end) => record(refused, due, end), then), now)
        return
      }
      const begun = limit?.begin(now)
      const compose: Then = (then) => {
        if (begun) limit?.end(begun)
        work(proxy, 0.12, (end) => record(served, due, end), then)
      }
      let missing = services.length
      const part: Then = (then) => {
        missing -= 1
        if (missing === 0) work(app, 0.4, compose, then)
      }
      const ask: Then = (then) => {
        for (const service of services) call(service, then, part)
      }
      work(app, 0.62, ask, now)
    }
    work(proxy, 0.25, (now) => work(app, 0.08, read, now), due)
  }

  const endMs = seconds * 1000
  const arrive: Then = (now) => {
    page(now)
    const next = now + (-Math.log(1 - random()) * 1000) / rate
    if (next < endMs) agenda.plan(next, arrive)
  }
  agenda.plan(0, arrive)
  if (waiting) {
    const wait: Then = (now) => {
      if (now + 1000 / waiting.rate < endMs) agenda.plan(now + 1000 / waiting.rate, wait)
      if (limit?.isFull(now)) {
        waitingRefused += 1
        return
      }
      const begun = limit?.begin(now)
      agenda.plan(now + waiting.ms, (then) => {
        if (begun) limit?.end(begun)
        limit?.answered('orders', waiting.ms)
        work(app, 0.3, () => undefined, then)
      })
    }
    agenda.plan(0, wait)
  }
  // Turns are short here: what the event loop does to the limit is another simulation's matter.
  const look: Then = (now) => {
    limit?.endStretch(0.1, now)
    if (now < endMs) agenda.plan(now + windowMs, look)
  }
  agenda.plan(windowMs, look)
  agenda.runUntil(endMs + 2 * hangMs)
  return {
    goodput: served.filter((ms) => ms <= deadlineMs).length / (seconds - warmUpMs / 1000),
    served: served.length,
    servedP99Ms: percentile(served, 0.99) ?? 0,
    refused: refused.length,
    refusedP99Ms: percentile(refused, 0.99) ?? 0,
    waitingRefused,
  }
}
