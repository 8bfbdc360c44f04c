// Command dateline turns news articles into tables of people, organisations,
// places and dates.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"slices"
	"strings"
	"syscall"

	"github.com/spf13/cobra"
)

// Exit codes, as `dateline --help` states them.
const (
	exitOK          = 0
	exitFailed      = 1   // nothing usable, or a failed run
	exitUsage       = 2   // wrong usage
	exitSetAside    = 3   // written, but some inputs were set aside: articles are in the errors table, rows of a gazetteer are listed
	exitInterrupted = 130 // what was finished stays and is reused
)

const exitHelp = `Exit codes: 0 all; 1 nothing usable, or a failed run; 2 wrong usage; 3 tables
written but some inputs were set aside (they are in the errors table);
130 interrupted (what was finished stays and is reused).`

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := Main(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// exitError carries an exit code other than 1 up to Main. A nil err prints nothing.
type exitError struct {
	code int
	err  error
}

func (e exitError) Error() string {
	if e.err == nil {
		return fmt.Sprintf("exit code %d", e.code)
	}
	return e.err.Error()
}

func (e exitError) Unwrap() error { return e.err }

func usage(err error) error { return exitError{exitUsage, err} }

// Main runs the command line and returns the exit code.
func Main(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	root := &cobra.Command{
		Use:           "dateline",
		Short:         "News articles in, tables of people, organisations, places and dates out",
		Long:          "dateline turns a folder of news articles into Arrow and Parquet tables of people,\norganisations, places and dates. Offline, one binary.\n\n" + exitHelp,
		Version:       version(),
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	root.SetArgs(args)
	root.SetIn(stdin)
	root.SetOut(stdout)
	root.SetErr(stderr)
	root.CompletionOptions.HiddenDefaultCmd = true
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usage(err) })
	root.AddCommand(commands()...)
	for _, c := range root.Commands() {
		asUsage(c)
	}
	err := root.ExecuteContext(ctx)
	if err == nil {
		return exitOK
	}
	if e := (exitError{}); errors.As(err, &e) && e.err == nil { // all is said
		return e.code
	}
	code, text := failure(ctx, err)
	fmt.Fprintf(stderr, "dateline: %s\n", text)
	return code
}

// failure returns the exit code for an error, and what to say.
func failure(ctx context.Context, err error) (code int, text string) {
	var e exitError
	switch {
	case ctx.Err() != nil && (!errors.As(err, &e) || e.code != exitInterrupted):
		return exitInterrupted, "interrupted"
	case errors.As(err, &e):
		return e.code, err.Error()
	case isUnknownCommand(err):
		return exitUsage, err.Error()
	}
	return exitFailed, err.Error()
}

// asUsage makes a wrong number of arguments, or an empty one, a wrong usage.
func asUsage(c *cobra.Command) {
	check := c.Args
	if check != nil {
		c.Args = func(c *cobra.Command, args []string) error {
			err := check(c, args)
			if i := slices.IndexFunc(args, func(a string) bool { return strings.TrimSpace(a) == "" }); err == nil && i >= 0 {
				err = fmt.Errorf("argument %d is empty", i+1)
			}
			if err != nil {
				return usage(fmt.Errorf("%s: %w", c.CommandPath(), err))
			}
			return nil
		}
	}
	for _, sub := range c.Commands() {
		asUsage(sub)
	}
}

func isUnknownCommand(err error) bool { return strings.HasPrefix(err.Error(), "unknown command") }

// version is the module's version as the Go toolchain stamped it.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok || info.Main.Version == "" {
		return "(devel)"
	}
	return info.Main.Version
}
