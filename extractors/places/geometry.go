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
