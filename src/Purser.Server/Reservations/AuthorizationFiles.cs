using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace Purser.Server.Reservations;

/// <summary>Authorization codes as files of an archive, each under a name of its own: product instances of different products may have one serial number.</summary>
internal sealed class AuthorizationFiles(ZipArchive zip)
{
    private readonly HashSet<string> names = new(StringComparer.OrdinalIgnoreCase);

    /// <returns>The name of the file.</returns>
    public async Task<string> AddAsync(Reservation reservation, CancellationToken cancellation)
    {
        var name = NameOf(reservation);
        await AddAsync(name, stream => stream.WriteAsync(Encoding.UTF8.GetBytes(reservation.Authorization), cancellation).AsTask(), cancellation);
        return name;
    }

    public async Task AddAsync(string name, Func<Stream, Task> write, CancellationToken cancellation)
    {
        await using var stream = await zip.CreateEntry(name, CompressionLevel.Fastest).OpenAsync(cancellation);
        await write(stream);
    }

    private string NameOf(Reservation reservation)
    {
        var plain = ReservationView.FileNameOf(reservation.Kind, reservation.RequestCode);
        var name = plain;
        for (var number = 2; !names.Add(name); number++)
        {
            name = string.Create(CultureInfo.InvariantCulture, $"{Path.GetFileNameWithoutExtension(plain)}_{number}.txt");
        }

        return name;
    }
}
