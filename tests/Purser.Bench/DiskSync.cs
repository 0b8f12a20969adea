using System.Diagnostics;

namespace Purser.Bench;

/// <summary>How long the disk takes to make 8 KiB durable: without it no figure of this benchmark can be compared with another machine's.</summary>
internal static class DiskSync
{
    public static double MedianMicroseconds(string folder)
    {
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, "sync-test");
        var page = new byte[8192];
        var times = new List<double>();
        using (var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0))
        {
            file.SetLength(page.Length);
            for (var turn = 0; turn < 200; turn++)
            {
                file.Position = 0;
                var watch = Stopwatch.StartNew();
                file.Write(page);
                file.Flush(flushToDisk: true);
                times.Add(watch.Elapsed.TotalMicroseconds);
            }
        }

        File.Delete(path);
        return BenchProgram.Median(times);
    }
}
