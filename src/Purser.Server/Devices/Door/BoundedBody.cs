using System.Buffers;

namespace Purser.Server.Devices.Door;

/// <summary>Reads a request body into a rented buffer, one byte beyond the limit at most.</summary>
internal static class BoundedBody
{
    /// <returns>The buffer, to be returned, and the length; a length above the limit says only that there was more.</returns>
    public static async Task<(byte[] Buffer, int Length)> ReadAsync(HttpRequest request, int limit, CancellationToken cancellation)
    {
        var most = request.ContentLength is { } stated && stated <= limit ? (int)stated : limit;
        var buffer = ArrayPool<byte>.Shared.Rent(most + 1);
        try
        {
            if (request.ContentLength > limit)
            {
                return (buffer, limit + 1);
            }

            var length = 0;
            while (length <= most)
            {
                var read = await request.Body.ReadAsync(buffer.AsMemory(length, most + 1 - length), cancellation);
                if (read == 0)
                {
                    break;
                }

                length += read;
            }

            return (buffer, length);
        }
        catch
        {
            Return(buffer);
            throw;
        }
    }

    public static void Return(byte[] buffer) => ArrayPool<byte>.Shared.Return(buffer);
}
