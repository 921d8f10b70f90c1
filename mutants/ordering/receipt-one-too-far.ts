import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: "The receipt names the next free position instead of the message's position.",
  must: ['ordering/6'],
  minimal: 'nothing',
  send: (send) => async (message, attempt) => {
    const receipt = await send(message, attempt)
    if (receipt.status !== 'acknowledged' || receipt.position === undefined) return receipt
    return { ...receipt, position: { ...receipt.position, offset: Number(receipt.position.offset) + 1 } }
  },
}

export default brokenMemory(defect)
