package greeting

import "testing"

func TestText(t *testing.T) {
	if Text("Go") != "Hello from Go" {
		t.Fatal(Text("Go"))
	}
}
