// Package greeting makes the texts of the sample.
package greeting

// Text greets from a language.
func Text(language string) string {
	return "Hello from " + language
}
