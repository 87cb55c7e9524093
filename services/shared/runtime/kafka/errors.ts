/** Another writer with the same transactional id took over: this one may write no more. */
export class Fenced extends Error {
  override readonly name = 'Fenced'
}

/** The answer to the commit was lost: the records may or may not be in the log. */
export class CommitOutcomeUnknown extends Error {
  override readonly name = 'CommitOutcomeUnknown'
}

/** The transaction ended before its commit was asked for: none of its records will ever be seen. */
export class TransactionFailed extends Error {
  override readonly name = 'TransactionFailed'
}
