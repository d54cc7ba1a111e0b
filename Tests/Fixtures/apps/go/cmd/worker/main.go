// A second program of the module: prints one greeting and ends.
package main

import (
	"fmt"

	"example.org/hello/greeting"
)

func main() {
	fmt.Println(greeting.Text("the worker"))
}
