import { commonProblems, DomainError } from '../../http/problem.ts'
import type { Queries } from '../database/database.ts'
import { refusedValue } from '../database/refused-value.ts'

/**
 * Queries with values that callers chose. What the database says of a value is an answer of 400, and no 5xx: five of those in a row would
 * eject the replica for everybody. Values are validated before; this is for those of which nobody thought.
 */
export const refusingValues = ({ query }: Queries): Queries => ({
  query: (sql, parameters) =>
    query<never>(sql, parameters).catch((cause: unknown) => {
      if (refusedValue(cause) === undefined) throw cause
      const detail = 'A value of the request is outside of what can be stored.'
      throw new DomainError({ code: 'VALIDATION_FAILED', ...commonProblems.VALIDATION_FAILED, detail, cause })
    }),
})
