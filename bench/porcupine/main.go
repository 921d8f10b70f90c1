// Checks a history of queues, one for each key, with Porcupine: as a whole, and key by key. Reads the operations as JSON
// from standard input, and writes what came out as JSON.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"runtime"
	"slices"
	"time"

	"github.com/anishathalye/porcupine"
)

type operation struct {
	Client  int    `json:"client"`
	Key     string `json:"key"`
	Put     bool   `json:"put"`
	Number  int    `json:"number"`
	Call    int64  `json:"call"`
	Returns int64  `json:"returns"`
}

type input struct {
	key    string
	put    bool
	number int
}

type result struct {
	Verdict string  `json:"verdict"`
	Ms      float64 `json:"ms"`
	MB      float64 `json:"mb"`
}

// The numbers that wait, by key.
type queues = map[string][]int

func step(state, in, out any) (bool, any) {
	before, asked := state.(queues), in.(input)
	waiting := before[asked.key]
	after := make(queues, len(before))
	for key, numbers := range before {
		after[key] = numbers
	}
	if asked.put {
		after[asked.key] = append(slices.Clone(waiting), asked.number)
		return true, after
	}
	if len(waiting) == 0 || waiting[0] != out.(int) {
		return false, state
	}
	after[asked.key] = waiting[1:]
	return true, after
}

func equal(one, other any) bool {
	a, b := one.(queues), other.(queues)
	for key := range a {
		if !slices.Equal(a[key], b[key]) {
			return false
		}
	}
	for key := range b {
		if !slices.Equal(a[key], b[key]) {
			return false
		}
	}
	return true
}

func byKey(history []porcupine.Operation) [][]porcupine.Operation {
	keys := map[string][]porcupine.Operation{}
	for _, one := range history {
		key := one.Input.(input).key
		keys[key] = append(keys[key], one)
	}
	var parts [][]porcupine.Operation
	for _, part := range keys {
		parts = append(parts, part)
	}
	return parts
}

func check(model porcupine.Model, history []porcupine.Operation) result {
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	began := time.Now()
	verdict := porcupine.CheckOperationsTimeout(model, history, 20*time.Second)
	took := time.Since(began)
	runtime.ReadMemStats(&after)
	return result{string(verdict), float64(took.Microseconds()) / 1000, float64(after.TotalAlloc-before.TotalAlloc) / 1e6}
}

func main() {
	var operations []operation
	if err := json.NewDecoder(os.Stdin).Decode(&operations); err != nil {
		fmt.Fprintln(os.Stderr, "the history cannot be read:", err)
		os.Exit(2)
	}
	var history []porcupine.Operation
	for _, one := range operations {
		history = append(history, porcupine.Operation{
			ClientId: one.Client,
			Input:    input{one.Key, one.Put, one.Number},
			Output:   one.Number,
			Call:     one.Call,
			Return:   one.Returns,
		})
	}
	whole := porcupine.Model{Init: func() any { return queues{} }, Step: step, Equal: equal}
	parted := whole
	parted.Partition = byKey
	_ = json.NewEncoder(os.Stdout).Encode(map[string]result{"whole": check(whole, history), "byKey": check(parted, history)})
}
