import { type Static, type TSchema, Type } from 'typebox'

/** A schema with one more rule. @param faultOf why a value of that form is refused; undefined when it is not */
export const ruled = <Schema extends TSchema>(schema: Schema, faultOf: (value: Static<Schema>) => string | undefined) =>
  Type.Refine(
    schema,
    (value: Static<Schema>) => faultOf(value) === undefined,
    (value) => faultOf(value) ?? '',
  )
