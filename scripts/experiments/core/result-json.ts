import type { StaticEncode } from 'typebox'
import { Clone, DecodeUnsafe, EncodeUnsafe } from 'typebox/value'
import type { ExperimentResult, Verdict } from './result.ts'
import { resultSchema } from './result-schema.ts'

/** A run's result with the words of its file. */
export type ResultJson = StaticEncode<typeof resultSchema> & Verdict

export const resultToJson = (result: ExperimentResult): ResultJson => EncodeUnsafe({}, resultSchema, Clone(result)) as ResultJson

/** @param json fits the schema */
export const resultFromJson = (json: ResultJson): ExperimentResult => DecodeUnsafe({}, resultSchema, Clone(json)) as ExperimentResult
