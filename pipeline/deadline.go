package pipeline

import (
	"context"
	"errors"
	"fmt"
	"time"
)

var errTooLong = errors.New("took longer")

// within runs f for at most limit; 0 is no limit. What does not return in time
// is left to itself: its result is dropped, and f must not share anything with
// what goes on meanwhile that is not safe for concurrent use. The error is
// errTooLong or that of ctx.
func within[T any](ctx context.Context, limit time.Duration, f func(context.Context) T) (T, error) {
	if limit <= 0 {
		return f(ctx), nil
	}
	limited, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	done := make(chan T, 1)
	go func() { done <- f(limited) }()
	var x T
	select {
	case x = <-done:
		if limited.Err() == nil {
			return x, nil
		}
	case <-limited.Done():
	}
	var zero T
	if err := ctx.Err(); err != nil {
		return zero, err
	}
	return zero, fmt.Errorf("%w than %g s (--doc-timeout)", errTooLong, limit.Seconds())
}
