// Package rules holds the tree's house rules as tests: who may import whom, what may not be imported, formatting, and
// words that do not belong in the tree. Each failure names the remedy.
package rules
