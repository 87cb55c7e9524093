import type { FastifySchemaCompiler } from 'fastify'
import type { TSchema } from 'typebox'
import { Compile } from 'typebox/compile'
import { Value } from 'typebox/value'
import { valuesOf } from '../process/text-values.ts'
import { commonProblem, type Violation } from './problem.ts'

/**
 * Compiles a route's schemas with TypeBox. Path, query and headers are text and become what the schema says, defaults included;
 * a body is taken as it is: `"1"` is not a number, and nothing is removed from it or added.
 */
export const validatorCompiler: FastifySchemaCompiler<TSchema> = ({ schema, httpPart = 'body' }) => {
  const validator = Compile(schema)
  return (given: unknown) => {
    const value = httpPart === 'body' ? given : Value.Default(schema, valuesOf(schema, given))
    if (validator.Check(value)) return { value }
    const errors = validator
      .Errors(value)
      // The same fault is told twice for a property too many; the other telling has a message for people.
      .filter(({ keyword }) => keyword !== 'boolean')
      .map(({ instancePath, message }): Violation => ({ path: `/${httpPart}${instancePath}`, message }))
    return { error: commonProblem('VALIDATION_FAILED', errors.map(({ path, message }) => `${path} ${message}`).join('; '), errors) }
  }
}
