package places

import "math"

// vector returns the unit vector of a point.
func vector(lat, lon float64) [3]float32 {
	const rad = math.Pi / 180
	sinLat, cosLat := math.Sincos(lat * rad)
	sinLon, cosLon := math.Sincos(lon * rad)
	return [3]float32{float32(cosLat * cosLon), float32(cosLat * sinLon), float32(sinLat)}
}

// earthKm is the Earth's mean radius.
const earthKm = 6371.0088

// kmBetween returns the distance of two points in km, straight through the
// Earth: short of the great circle by 1 % at 3,000 km.
func kmBetween(a, b *[3]float32) float32 {
	x, y, z := a[0]-b[0], a[1]-b[1], a[2]-b[2]
	return earthKm * float32(math.Sqrt(float64(x*x+y*y+z*z)))
}

// degreesOf returns the point of a unit vector.
func degreesOf(v *[3]float32) (lat, lon float64) {
	const deg = 180 / math.Pi
	return math.Asin(min(max(float64(v[2]), -1), 1)) * deg, math.Atan2(float64(v[1]), float64(v[0])) * deg
}
