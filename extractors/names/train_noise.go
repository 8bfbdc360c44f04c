package names

import "context"

// doubtGold lowers the weight of samples whose annotation a CRF trained on
// other articles finds improbable: annotators err, and a sentence that
// contradicts all others teaches little (after CrossWeigh, Wang et al. 2019).
// Articles are dealt into folds; samples of one article stay together.
func doubtGold(ctx context.Context, samples []sample, keys []uint64, folds int, s crfSettings, report func(fold int)) error {
	weights := make([]float32, len(samples))
	for fold := range folds {
		var rest []sample
		for i := range samples {
			if samples[i].article%folds != fold {
				rest = append(rest, samples[i])
			}
		}
		c := &crfTrainer{}
		if err := c.train(ctx, rest, keys, nil, s); err != nil {
			return err
		}
		for i := range samples {
			if samples[i].article%folds == fold {
				weights[i] = goldWeight(c.logProbability(&samples[i]))
			}
		}
		report(fold + 1)
	}
	for i := range samples {
		samples[i].weight *= weights[i]
	}
	return nil
}

// goldWeight is the weight of a sample by the log probability of its
// annotation.
func goldWeight(logP float64) float32 {
	switch {
	case logP > -4:
		return 1
	case logP > -9:
		return 0.7
	}
	return 0.4
}

// logProbability is the log of the probability of the allowed labels; 0 where
// none is legal.
func (tr *crfTrainer) logProbability(s *sample) float64 {
	tr.scores = resize(tr.scores, len(s.features)*labels)
	tr.sum(tr.scores, s.features)
	loss, ok := tr.compare(tr.scores, s.allowed, tr.tr.factors())
	if !ok {
		return 0
	}
	return -loss
}
