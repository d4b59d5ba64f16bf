/**
 * Guesses the nearest region from the browser's time zone: each zone is taken to be where one of AWS's regions is, and the
 * offered region nearest to that place is suggested.
 */

/** Latitude and longitude, in degrees, of the cities and states that AWS names its regions after. */
const PLACES: Readonly<Record<string, readonly [latitude: number, longitude: number]>> = {
  "af-south-1": [-34, 18],
  "ap-east-1": [22, 114],
  "ap-east-2": [25, 121],
  "ap-northeast-1": [36, 140],
  "ap-northeast-2": [37, 127],
  "ap-northeast-3": [35, 135],
  "ap-south-1": [19, 73],
  "ap-south-2": [17, 78],
  "ap-southeast-1": [1, 104],
  "ap-southeast-2": [-34, 151],
  "ap-southeast-3": [-6, 107],
  "ap-southeast-4": [-38, 145],
  "ap-southeast-5": [3, 102],
  "ap-southeast-6": [-37, 175],
  "ap-southeast-7": [14, 101],
  "ca-central-1": [45, -74],
  "ca-west-1": [51, -114],
  "cn-north-1": [40, 116],
  "cn-northwest-1": [38, 106],
  "eu-central-1": [50, 9],
  "eu-central-2": [47, 9],
  "eu-north-1": [59, 18],
  "eu-south-1": [45, 9],
  "eu-south-2": [42, -1],
  "eu-west-1": [53, -6],
  "eu-west-2": [51, 0],
  "eu-west-3": [49, 2],
  "il-central-1": [32, 35],
  "me-central-1": [24, 54],
  "me-south-1": [26, 51],
  "mx-central-1": [21, -100],
  "sa-east-1": [-24, -47],
  "us-east-1": [39, -77],
  "us-east-2": [40, -83],
  "us-gov-east-1": [40, -83],
  "us-gov-west-1": [44, -121],
  "us-west-1": [37, -122],
  "us-west-2": [46, -120],
};

/** Prefixes of time zone names (IANA); the longest one that matches decides. */
const ZONES: Readonly<Record<string, string>> = {
  "af-south-1": "Africa",
  "ap-east-1": "Asia/Hong_Kong Asia/Macau Asia/Manila",
  "ap-east-2": "Asia/Taipei",
  "ap-northeast-1": "Asia/Tokyo Japan Asia/Sakhalin Asia/Vladivostok Pacific/Guam",
  "ap-northeast-2": "Asia/Seoul Asia/Pyongyang",
  "ap-south-1": "Asia/Kolkata Asia/Calcutta Asia/Karachi Asia/Kathmandu Indian",
  "ap-south-2": "Asia/Colombo Asia/Dhaka",
  "ap-southeast-1": "Asia/Singapore Asia",
  "ap-southeast-2": "Australia Pacific",
  "ap-southeast-3": "Asia/Jakarta Asia/Makassar Asia/Pontianak Asia/Jayapura",
  "ap-southeast-4": "Australia/Melbourne Australia/Hobart Australia/Adelaide",
  "ap-southeast-5": "Asia/Kuala_Lumpur Asia/Kuching",
  "ap-southeast-6": "Pacific/Auckland Pacific/Chatham",
  "ap-southeast-7": "Asia/Bangkok Asia/Ho_Chi_Minh Asia/Phnom_Penh Asia/Vientiane Asia/Yangon",
  "ca-central-1": "America/Toronto America/Montreal America/Halifax America/St_Johns",
  "ca-west-1": "America/Edmonton America/Winnipeg America/Regina Canada",
  "cn-north-1": "Asia/Shanghai Asia/Harbin",
  "cn-northwest-1": "Asia/Urumqi Asia/Chongqing",
  "eu-central-1": "Europe",
  "eu-central-2": "Europe/Zurich Europe/Vaduz",
  "eu-north-1":
    "Europe/Stockholm Europe/Oslo Europe/Helsinki Europe/Tallinn Europe/Riga Europe/Copenhagen Arctic",
  "eu-south-1": "Europe/Rome Europe/Malta Europe/Vatican Europe/San_Marino Africa/Tunis Africa/Tripoli",
  "eu-south-2": "Europe/Madrid Europe/Lisbon Africa/Casablanca Africa/Algiers Atlantic",
  "eu-west-1": "Europe/Dublin Atlantic/Reykjavik",
  "eu-west-2": "Europe/London Europe/Jersey Europe/Guernsey Europe/Isle_of_Man",
  "eu-west-3": "Europe/Paris Europe/Monaco Europe/Brussels Europe/Luxembourg",
  "il-central-1": "Asia/Jerusalem Asia/Tel_Aviv Asia/Beirut Asia/Amman Africa/Cairo Asia/Nicosia",
  "me-central-1": "Asia/Dubai Asia/Muscat",
  "me-south-1": "Asia/Bahrain Asia/Qatar Asia/Riyadh Asia/Kuwait Asia/Baghdad",
  "mx-central-1": "America/Mexico_City America/Monterrey America/Cancun America/Guatemala America/Costa_Rica",
  "sa-east-1":
    "America/Sao_Paulo America/Argentina America/Buenos_Aires America/Santiago America/Montevideo America/Asuncion America/La_Paz America/Lima America/Bahia America/Fortaleza America/Recife America/Manaus",
  "us-east-1": "America US/Eastern",
  "us-east-2": "America/Chicago America/Detroit America/Indiana America/Menominee US/Central",
  "us-west-1": "America/Los_Angeles America/Tijuana US/Pacific",
  "us-west-2":
    "America/Vancouver America/Seattle America/Denver America/Boise America/Phoenix America/Anchorage Pacific/Honolulu",
};

/**
 * @param timeZone as in `Intl.DateTimeFormat().resolvedOptions().timeZone`, for example "Europe/Berlin"
 * @param regions the regions to choose from
 * @returns undefined if the time zone is not a place, such as UTC
 */
export function nearestRegion(timeZone: string, regions: readonly string[]): string | undefined {
  const place = PLACES[regionOfZone(timeZone)];
  if (!place) return undefined;
  return regions
    .flatMap((region) => {
      const there = PLACES[region];
      return there ? [{ region, distance: distance(place, there) }] : [];
    })
    .sort((one, other) => one.distance - other.distance)[0]?.region;
}

function regionOfZone(timeZone: string): string {
  const fitting = Object.entries(ZONES).flatMap(([region, zones]) =>
    zones
      .split(" ")
      .filter((zone) => `${timeZone}/`.startsWith(`${zone}/`))
      .map((zone) => ({ region, length: zone.length })),
  );
  return fitting.sort((one, other) => other.length - one.length)[0]?.region ?? "";
}

/** The angle between two places, seen from the center of the earth: the nearer they are, the smaller it is. */
function distance(
  [latitude1, longitude1]: readonly [number, number],
  [latitude2, longitude2]: readonly [number, number],
): number {
  const radians = (degrees: number) => (degrees * Math.PI) / 180;
  const { sin, cos, acos } = Math;
  const cosine =
    sin(radians(latitude1)) * sin(radians(latitude2)) +
    cos(radians(latitude1)) * cos(radians(latitude2)) * cos(radians(longitude1 - longitude2));
  return acos(Math.min(1, cosine));
}
