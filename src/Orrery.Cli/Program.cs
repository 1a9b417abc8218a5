using Orrery.Cli;

return await OrreryTool.RunAsync(args, Console.Out, Console.Error);
