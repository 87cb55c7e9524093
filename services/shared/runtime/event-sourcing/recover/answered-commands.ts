/**
 * How long the runtime remembers what a command id was answered. A command that comes again within both bounds gets the same answer and changes
 * nothing; later the decider decides it anew. What must hold for ever is the decider's, which finds it in the aggregate's state.
 */
export interface IdempotencyWindow {
  /** Offsets between the end of the events partition and the answer, at most; each command takes one at least. Bounds the memory: about 200 bytes each. */
  readonly offsets: number
  /** Milliseconds between the answer and its repetition, at most. */
  readonly ms: number
}

/** An answer in the events partition: its first record. */
export interface AnswerPosition {
  readonly aggregateId: string
  readonly commandId: string
  /** Of the command's record: one command may have several events. */
  readonly source: string | undefined
  readonly offset: number
  /** RFC 3339. */
  readonly time: string
}

/** The commands of one partition that were answered lately. Made from the events alone, so every owner of the partition knows the same. */
export interface AnsweredCommands {
  readonly window: IdempotencyWindow
  /** Takes the answers in the order of the log; the first of a command counts for as long as it is in the window. */
  note(answer: AnswerPosition): void
  /**
   * @param at where the events end, and the time, RFC 3339
   * @returns offset of the first record of the answer, undefined when there is none in the window
   */
  find(command: Pick<AnswerPosition, 'aggregateId' | 'commandId'>, at: Pick<AnswerPosition, 'offset' | 'time'>): number | undefined
}

/** The same for the same command of the same aggregate only, whatever the ids contain. */
const nameOf = ({ aggregateId, commandId }: Pick<AnswerPosition, 'aggregateId' | 'commandId'>): string =>
  `${aggregateId.length}:${aggregateId}${commandId}`

export function answeredCommands(window: IdempotencyWindow): AnsweredCommands {
  /** In the order of their offsets. */
  const answers = new Map<string, { readonly offset: number; readonly at: number }>()
  let latest: { readonly name: string; readonly source: string | undefined } | undefined
  const isIn = (answer: { readonly offset: number; readonly at: number }, end: number, now: number): boolean =>
    answer.offset >= end - window.offsets && answer.at >= now - window.ms

  return {
    window,
    note: (answer) => {
      const { offset, source } = answer
      const name = nameOf(answer)
      // A further event of the same answer.
      if (latest?.name === name && latest.source === source) return
      latest = { name, source }
      const at = Date.parse(answer.time)
      for (const [old, oldest] of answers) {
        if (isIn(oldest, offset, at)) break
        answers.delete(old)
      }
      const present = answers.get(name)
      if (present && isIn(present, offset, at)) return
      answers.delete(name)
      answers.set(name, { offset, at })
    },
    find: (command, { offset, time }) => {
      const answer = answers.get(nameOf(command))
      return answer && isIn(answer, offset, Date.parse(time)) ? answer.offset : undefined
    },
  }
}
