import { expect, test } from 'vitest'
import { createOutput } from './output.ts'

function output(bytes = 20, line = 8) {
  const texts: string[] = []
  return {
    texts,
    ...createOutput(
      (text) => texts.push(text),
      (dropped) => texts.push(`${dropped} dropped`),
      { bytes, line },
    ),
  }
}
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

test('gives whole lines, wherever chunks end, and the last one without a line break', () => {
  const { texts, write, end } = output(100)
  for (const chunk of ['on', 'e\r\ntw', 'o\n\nthr']) write(bytes(chunk))
  expect(texts).toEqual(['one', 'two', ''])
  end()
  expect(texts.at(-1)).toBe('thr')
})

test('cuts a line without an end, and drops what comes after so many bytes, once told', () => {
  const { texts, write, begin, end } = output()
  for (let turn = 0; turn < 1_000; turn++) write(bytes('abcdefghijkl'))
  end()
  // Of the 20 that are kept of a run, 8 fit in a line.
  expect(texts).toEqual(['abcdefgh', '11992 dropped'])
  end()
  begin()
  write(bytes('again\n'))
  end()
  expect(texts.slice(2)).toEqual(['again'])
})

test('counts in bytes what is cut from a line, and goes on with the next one', () => {
  const { texts, write, end } = output(100)
  write(bytes('abcdefghäö\nsecond\n'))
  end()
  expect(texts).toEqual(['abcdefgh', 'second', '4 dropped'])
})

test('what is flushed is a text of its own', () => {
  const { texts, write, flush, end } = output(100)
  write(bytes('one'))
  flush()
  flush()
  write(bytes('two\n'))
  end()
  expect(texts).toEqual(['one', 'two'])
})

test('a run that just fits its bound is no flood', () => {
  const { texts, write, end } = output(6)
  write(bytes('12345\n'))
  end()
  expect(texts).toEqual(['12345'])
  write(bytes('6'))
  end()
  expect(texts).toEqual(['12345', '1 dropped'])
})
