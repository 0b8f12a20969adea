using System.Diagnostics;

namespace Purser.Tests.Reports;

/// <summary>LibreOffice without a window: what an office program makes of our files. Without it the test is visibly skipped.</summary>
internal static class Office
{
    /// <summary>The lines of the workbook's first sheet as CSV, without quotation marks.</summary>
    public static async Task<IReadOnlyList<string>> OpenAsync(byte[] workbook, CancellationToken cancellation)
    {
        var program = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Select(folder => Path.Combine(folder, "soffice")).FirstOrDefault(File.Exists);
        Assert.SkipWhen(program is null, "LibreOffice is not installed");
        var folder = Directory.CreateTempSubdirectory("purser-office");
        try
        {
            var file = Path.Combine(folder.FullName, "report.xlsx");
            await File.WriteAllBytesAsync(file, workbook, cancellation);
            using var process = Process.Start(new ProcessStartInfo(program!)
            {
                ArgumentList = { $"-env:UserInstallation=file://{folder.FullName}/profile", "--headless", "--convert-to", "csv:Text - txt - csv (StarCalc):44,34,76,1", "--outdir", folder.FullName, file },
                RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false,
            })!;
            await Task.WhenAll(process.StandardOutput.ReadToEndAsync(cancellation), process.StandardError.ReadToEndAsync(cancellation));
            await process.WaitForExitAsync(cancellation);
            return [.. (await File.ReadAllLinesAsync(Path.ChangeExtension(file, "csv"), cancellation)).Select(line => line.Replace("\"", "", StringComparison.Ordinal))];
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
