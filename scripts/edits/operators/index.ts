/** The slips that authors make, by their names. */
import type { Operator } from '../edit.ts'
import { droppedAwait, oneOfSeveral, swappedAwaits } from './awaits.ts'
import { offByOneBound, offByOneNumber } from './bounds.ts'
import { wrongClock, wrongUnit } from './clocks.ts'
import { droppedReturn, forgottenCondition, forgottenOperand } from './conditions.ts'
import { droppedFinally, lostError } from './errors.ts'
import { swappedArguments, swappedValues, wrongLiteral } from './likes.ts'
import { sharedState } from './state.ts'
import { droppedAssignment, droppedCall, forgottenReset } from './statements.ts'

export const OPERATORS: Readonly<Record<string, Operator>> = {
  'off-by-one-number': offByOneNumber,
  'off-by-one-bound': offByOneBound,
  'swapped-awaits': swappedAwaits,
  'dropped-await': droppedAwait,
  'one-of-several': oneOfSeveral,
  'dropped-call': droppedCall,
  'dropped-assignment': droppedAssignment,
  'forgotten-reset': forgottenReset,
  'lost-error': lostError,
  'dropped-finally': droppedFinally,
  'wrong-clock': wrongClock,
  'wrong-unit': wrongUnit,
  'forgotten-operand': forgottenOperand,
  'forgotten-condition': forgottenCondition,
  'dropped-return': droppedReturn,
  'shared-state': sharedState,
  'swapped-arguments': swappedArguments,
  'swapped-values': swappedValues,
  'wrong-literal': wrongLiteral,
}
