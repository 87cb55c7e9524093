import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { Type } from 'typebox'
import { Compile } from 'typebox/compile'
import type { Logger } from '../../shared/runtime/process/logger.ts'
import { gatewayDecider } from '../decider/decider.ts'
import { GatewayState } from '../decider/evolve.ts'

/** Aggregate id and state of each, with the version of the rules that folded them. */
const LastKnown = Compile(Type.Object({ foldVersion: Type.Integer(), aggregates: Type.Array(Type.Tuple([Type.String(), GatewayState])) }))

const foldVersion = gatewayDecider.snapshot?.foldVersion ?? 0

/** By aggregate id. */
export type KnownStates = ReadonlyMap<string, GatewayState>

/** What a replica knew when it last ran; nothing when there is no such file, or none that this release can read. */
export async function readLastKnown(file: string, logger: Logger): Promise<KnownStates> {
  try {
    const json: unknown = JSON.parse(await readFile(file, 'utf8'))
    if (!LastKnown.Check(json) || json.foldVersion !== foldVersion) throw new Error('another release has written it')
    return new Map(json.aggregates)
  } catch (err) {
    if (!isMissing(err)) logger.warn({ err, file }, 'the last known state is not used')
    return new Map()
  }
}

/** The new file or the one before it: a process that ends meanwhile leaves no half of one. For its owner alone, because keys are in it. */
export async function writeLastKnown(file: string, states: KnownStates): Promise<void> {
  await mkdir(dirname(file), { recursive: true })
  const fresh = `${file}.new`
  await writeFile(fresh, JSON.stringify({ foldVersion, aggregates: [...states] }), { mode: 0o600 })
  await rename(fresh, file)
}

/** Milliseconds after a change in which others may follow: they are written together. */
const settleMs = 100

export interface LastKnownKeeper {
  update(aggregateId: string, state: GatewayState): void
  /** From now on what was updated is all there is: half of the log would be worse than what the file has. */
  begin(): void
  /** What has changed is written before it resolves. */
  stop(): Promise<void>
}

/** Writes the states to the file a moment after they have changed. */
export function keepLastKnown(file: string, logger: Logger): LastKnownKeeper {
  const states = new Map<string, GatewayState>()
  let begun = false
  let dirty = false
  let timer: NodeJS.Timeout | undefined
  let writing = Promise.resolve()

  const write = (): Promise<void> => {
    timer = undefined
    if (!begun || !dirty) return writing
    dirty = false
    writing = writing
      .then(() => writeLastKnown(file, states))
      .catch((err: unknown) => logger.warn({ err, file }, 'the last known state could not be kept'))
    return writing
  }
  const soon = (): void => {
    if (begun && dirty) timer ??= setTimeout(write, settleMs).unref()
  }
  return {
    update: (aggregateId, state) => {
      states.set(aggregateId, state)
      dirty = true
      soon()
    },
    begin: () => {
      begun = true
      soon()
    },
    stop: () => {
      clearTimeout(timer)
      return write()
    },
  }
}

const isMissing = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'ENOENT'
