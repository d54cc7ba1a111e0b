// Package words is the dependency of the sample, kept in vendor/.
package words

// Hello is a greeting.
const Hello = "Hello from vendored Go"
